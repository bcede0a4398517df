/** Emits the methods file: each service as data, and each method tied to the codecs that a client needs. */

import { methodName } from "../names.js";
import type { PolicySchema } from "../../schema/policy-schema.js";
import type { MethodSchema, ServiceSchema } from "../../schema/schema.js";
import type { Traits } from "./emission-memory.js";
import { docLines, docText, propertyKey, stringLiteral } from "./escape.js";
import { methodSecrets } from "./secrets.js";
import { answerType, decodeAnswer, type Emission, initOf, parameterNames } from "./signature.js";

/** Adds a service's `ServiceInfo` and its methods to their file. */
export function addMethods(at: Emission, service: ServiceSchema, traits: Traits): void {
  at.file.add(
    ...methodInfos(at, service, traits),
    serviceInfo(at, service),
    serviceJson(at, service),
    methodTable(at, service, traits),
    ...loneMethods(at, service, traits),
  );
}

/** What is known of each method, apart from the service: so that one can be bundled without the others. */
function methodInfos(at: Emission, service: ServiceSchema, traits: Traits): string[] {
  const type = service.methods.length === 0 ? "" : at.file.door("MethodInfo");
  return service.methods.map((method) => {
    const { info } = at.file.names.method(service.fullName, method.name);
    return `const ${info}: ${type} = ${methodInfo(at, method, traits, "errorCodec")};`;
  });
}

/** Each method by itself, in a service that has no other. */
function loneMethods(at: Emission, service: ServiceSchema, traits: Traits): string[] {
  const { info: whole } = at.file.names.service(service.fullName);
  return service.methods.map((method) => {
    const names = at.file.names.method(service.fullName, method.name);
    const facts = [
      `name: ${stringLiteral(service.fullName)}`,
      `fingerprint: ${stringLiteral(service.fingerprint)}`,
      `source: ${stringLiteral(at.file.source)}`,
      // With errors it has facts of its own, which do not lead to what only servers need.
      `methods: [${method.throws.length === 0 ? names.info : methodInfo(at, method, traits, "errorDecoder")}]`,
    ];
    return `/** \`${methodName(method)}\` of ${whole} by itself: a bundle with it carries none of the others. */
export const ${names.method}: ${methodType(at, method)} = ${methodValue(at, `{ ${facts.join(", ")} }`, 0, method, traits)};`;
  });
}

function serviceInfo(at: Emission, service: ServiceSchema): string {
  const names = at.file.names.service(service.fullName);
  const type = at.file.door("ServiceInfo");
  return `/** What both sides know of ${service.fullName}; its methods stand at their dispatch indexes. */
export const ${names.info}: ${type} = {
  name: ${stringLiteral(service.fullName)},
  fingerprint: ${stringLiteral(service.fingerprint)},
  source: ${stringLiteral(at.file.source)},
  methods: [${service.methods.map((method) => at.file.names.method(service.fullName, method.name).info).join(", ")}],
};`;
}

function methodInfo(at: Emission, method: MethodSchema, traits: Traits, error: "errorCodec" | "errorDecoder"): string {
  const secrets = methodSecrets(at, method, traits);
  const facts = [
    `name: ${stringLiteral(methodName(method))}`,
    `wireName: ${stringLiteral(method.wireName)}`,
    `shape: ${stringLiteral(method.shape)}`,
    ...(method.hasInlineInput ? [`parameters: [${parameterNames(at, method).map(stringLiteral).join(", ")}]`] : []),
    `throws: [${method.throws.map((name) => errorValue(at, name, error)).join(", ")}]`,
    `timeoutMs: ${String(method.timeoutMs)}`,
    `isIdempotent: ${String(method.isIdempotent)}`,
    ...(method.policy === undefined ? [] : [`policy: ${policyLiteral(method.policy)}`]),
    ...(secrets === "" ? [] : [secrets]),
  ];
  return `{ ${facts.join(", ")} }`;
}

/** As the runtime wants it: only what was said. */
function policyLiteral(policy: PolicySchema): string {
  const { concurrency, idempotencyKey: key } = policy;
  return objectLiteral({
    retry: policy.retry && objectLiteral({ ...policy.retry }),
    hedge: policy.hedge && objectLiteral({ ...policy.hedge }),
    cache: policy.cache && objectLiteral({ ...policy.cache }),
    rateLimit: policy.rateLimit && objectLiteral({ ...policy.rateLimit }),
    concurrency:
      concurrency && objectLiteral({ max: concurrency.max, adaptive: concurrency.isAdaptive ? true : undefined }),
    idempotencyKey: key && (key === "shared" ? stringLiteral(key) : "true"),
  });
}

function objectLiteral(members: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const said = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${String(value)}`],
  );
  return said.length === 0 ? "{}" : `{ ${said.join(", ")} }`;
}

/** The service in JSON, for whoever speaks it: a bundle that does not ask for it carries nothing of it. */
function serviceJson(at: Emission, service: ServiceSchema): string {
  const names = at.file.names.service(service.fullName);
  const errors = [...new Set(service.methods.flatMap((method) => method.throws))].map((name) => {
    const { source, errorJson } = at.file.names.error(name);
    return at.file.value(source, "codec", errorJson);
  });
  return `/** What the messages of ${service.fullName} are in JSON, for connections that speak it. */
export const ${names.json}: ${at.file.door("ServiceJson")} = {
  service: ${names.info},
  methods: [${service.methods.map((method) => `\n    ${methodJson(at, method)},`).join("")}${service.methods.length === 0 ? "" : "\n  "}],
  errors: [${errors.join(", ")}],
};`;
}

function methodJson(at: Emission, method: MethodSchema): string {
  const codecOf = (fullName: string): string => {
    const { source, codec } = at.file.names.message(fullName);
    return at.file.value(source, "codec", codec);
  };
  const answer = method.outputForm === "void" ? "undefined" : codecOf(method.output);
  const form = method.outputForm === "value" ? ", isValue: true" : "";
  return `{ request: ${codecOf(method.input)}, answer: ${answer}${form} }`;
}

function errorValue(at: Emission, fullName: string, kind: "errorCodec" | "errorDecoder"): string {
  const error = at.file.names.error(fullName);
  return at.file.value(error.source, "codec", error[kind]);
}

function methodTable(at: Emission, service: ServiceSchema, traits: Traits): string {
  const names = at.file.names.service(service.fullName);
  const head = `/** The methods of ${service.fullName}, as a client calls them. */\nexport const ${names.methods}`;
  if (service.methods.length === 0) return `${head}: Readonly<Record<never, never>> = {};`;
  const types = service.methods.flatMap((method) => [
    ...docLines(docText(method.docs, method.deprecated)),
    `readonly ${propertyKey(methodName(method))}: ${methodType(at, method)};`,
  ]);
  const whole = names.info;
  const values = service.methods.map((method) => {
    return `${propertyKey(methodName(method))}: ${methodValue(at, whole, method.index, method, traits)},`;
  });
  return `${head}: {\n${indented(types)}\n} = {\n${indented(values)}\n};`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

function methodType(at: Emission, method: MethodSchema): string {
  return `${at.file.door("Method")}<${initOf(at, method.input)}, ${answerType(at, method, "received")}>`;
}

// Marked as pure, so that bundlers drop it where nobody uses it.
function methodValue(at: Emission, service: string, index: number, method: MethodSchema, traits: Traits): string {
  const input = at.file.names.message(method.input);
  const encode = at.file.value(input.source, "codec", input.encode);
  const facts = [service, String(index), encode, decodeAnswer(at, method), ...scalars(at, method, traits)];
  return `/* @__PURE__ */ ${at.file.door("methodWith")}(${facts.join(", ")})`;
}

/** The kinds of numbers in a method's messages and errors; nothing where there are none. */
function scalars(at: Emission, { input, output, throws }: MethodSchema, traits: Traits): readonly string[] {
  const kinds = new Set([input, output, ...throws].flatMap((fullName) => traits.scalars.get(fullName) ?? []));
  return kinds.size === 0 ? [] : [`[${[...kinds].map((kind) => at.file.door(kind)).join(", ")}]`];
}
