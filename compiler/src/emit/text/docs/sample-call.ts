/** A call of every method in TypeScript, with the client that is generated for it. */

import type { FieldSchema, MethodSchema, Schema, ServiceSchema } from "../../../schema/schema.js";
import { localNames, methodName, propertyName } from "../../names.js";
import type { Names } from "../../names.js";
import { propertyKey, stringLiteral } from "../../ts/escape.js";
import { sampleAsTypeScript } from "./print-sample.js";
import type { SampleMaker } from "./sample-maker.js";

/** What examples are made with. */
export interface CallContext {
  readonly schema: Schema;
  readonly names: Names;
  readonly samples: SampleMaker;
  /** From where the generated file in `role` of an `.rpc` file is imported, for instance `./gen/orders.client.js`. */
  readonly moduleOf: (source: string, role: "client" | "types") => string;
}

/** Names that the lines of an example have for themselves. */
const taken = ["connect", "channel", "error", "answer", "console"];

/** The lines that the calls of a service have in common: imports, the channel and the client. */
export function connecting(
  at: CallContext,
  service: ServiceSchema,
  methods: readonly MethodSchema[] = service.methods,
): string {
  const names = at.names.service(service.fullName);
  const thrown = new Set(methods.flatMap((method) => method.throws));
  const imports = new Map([[at.moduleOf(names.source, "client"), [names.createClient]]]);
  for (const [fullName, local] of errorNames(at, service)) {
    if (!thrown.has(fullName)) continue;
    const { source, class: exported } = at.names.error(fullName);
    const module = at.moduleOf(source, "types");
    const clause = exported === local ? exported : `${exported} as ${local}`;
    imports.set(module, [...(imports.get(module) ?? []), clause]);
  }
  return [
    'import { connect } from "@rpcgen/runtime";',
    ...[...imports].map(([module, clauses]) => importLine(clauses, module)),
    "",
    'const channel = connect("rpc://127.0.0.1:7000", { failFast: true }); // a server that is not there is told at once',
    `const ${clientName(service)} = ${names.createClient}(channel);`,
  ].join("\n");
}

/** One call and what comes of it. */
export function callOf(at: CallContext, service: ServiceSchema, method: MethodSchema): string {
  const indent = method.throws.length > 0 ? 2 : 0;
  const lines = callLines(at, service, method, indent);
  if (indent === 0) return lines.join("\n");
  const locals = errorNames(at, service);
  const arms = method.throws.map((fullName, index) => {
    const name = locals.get(fullName) ?? "Error";
    return `  ${index === 0 ? "" : "else "}if (error instanceof ${name}) console.log(${detailOf(at.schema, fullName)});`;
  });
  return ["try {", ...lines.map((line) => `  ${line}`), "} catch (error) {", ...arms, "  else throw error;", "}"].join(
    "\n",
  );
}

function callLines(at: CallContext, service: ServiceSchema, method: MethodSchema, indent: number): readonly string[] {
  const key = propertyKey(methodName(method));
  const client = clientName(service);
  const callee = key.startsWith('"') ? `${client}[${key}]` : `${client}.${key}`;
  const isStream = method.shape === "serverStream" || method.shape === "bidiStream";
  const result = resultName(method, client);
  const isNothing = method.outputForm === "void" || method.shape === "oneway";
  const head = isStream ? `for await (const ${result} of ` : `${isNothing ? "" : `const ${result} = `}await `;
  const call = `${head}${callee}(${argumentsOf(at, method, indent, head.length + callee.length + 2)})`;
  if (!isStream) return `${call};`.split("\n");
  return [...`${call}) {`.split("\n"), `  console.log(${result});`, "}"];
}

/** Lines behind the first are set in by whoever puts the call somewhere, so they begin at column 0 here. */
function argumentsOf(at: CallContext, method: MethodSchema, indent: number, used: number): string {
  if (method.hasInlineInput) {
    const texts = inputFields(at.schema, method).map((field) => {
      const sample = at.samples.ofField(field);
      return sample === undefined ? "undefined" : sampleAsTypeScript(sample, 0, used + indent);
    });
    return texts.join(", ");
  }
  const sample = at.samples.of(method.input);
  const isStream = method.shape === "clientStream" || method.shape === "bidiStream";
  return sampleAsTypeScript(isStream ? { kind: "list", items: [sample] } : sample, 0, used + indent);
}

function inputFields(schema: Schema, method: MethodSchema): readonly FieldSchema[] {
  const input = schema.declarations.get(method.input);
  return input?.kind === "message" ? input.fields : [];
}

/** What a program would look at first. */
function detailOf(schema: Schema, fullName: string): string {
  const declared = schema.declarations.get(fullName);
  const field = declared?.kind === "error" ? declared.members[0] : undefined;
  if (field === undefined) return "error.message";
  const key = propertyKey(propertyName(field.name));
  return key.startsWith('"') ? `error.detail[${key}]` : `error.detail.${key}`;
}

/** The local name of each error that a service's methods throw; two of one name are told apart. */
function errorNames(at: CallContext, service: ServiceSchema): ReadonlyMap<string, string> {
  const errors = [...new Set(service.methods.flatMap((method) => method.throws))];
  const classes = errors.map((fullName) => at.names.error(fullName).class);
  const locals = localNames(classes, [...taken, clientName(service), at.names.service(service.fullName).createClient]);
  return new Map(errors.map((fullName, index) => [fullName, locals[index] ?? "Error"]));
}

function clientName(service: ServiceSchema): string {
  return localNames([lowerFirst(service.name)], taken)[0] ?? "client";
}

function resultName(method: MethodSchema, client: string): string {
  if (method.outputForm !== "message") return "answer";
  const name = lowerFirst(method.output.slice(method.output.lastIndexOf(".") + 1));
  return localNames([name], [...taken, client])[0] ?? "answer";
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

function importLine(clauses: readonly string[], module: string): string {
  const line = `import { ${clauses.join(", ")} } from ${stringLiteral(module)};`;
  if (line.length <= 100) return line;
  return `import {\n${clauses.map((clause) => `  ${clause},\n`).join("")}} from ${stringLiteral(module)};`;
}
