/** Emits the methods file: each service as data, and each method tied to the codecs that a client needs. */

import { methodName } from "../names.js";
import type { PolicySchema } from "../../schema/policy-schema.js";
import type { MethodSchema, ServiceSchema } from "../../schema/schema.js";
import type { Traits } from "./emission-memory.js";
import { docText, propertyKey, stringLiteral } from "./escape.js";
import { methodSecrets } from "./secrets.js";
import { answerType, decodeAnswer, type Emission, initOf, parameterNames } from "./signature.js";

/** Adds a service's `ServiceInfo` and its methods to their file. */
export function addMethods(at: Emission, service: ServiceSchema, traits: Traits): void {
  at.file.add(serviceInfo(at, service, traits), serviceJson(at, service), methodTable(at, service));
}

function serviceInfo(at: Emission, service: ServiceSchema, traits: Traits): string {
  const names = at.file.names.service(service.fullName);
  const type = at.file.door("ServiceInfo");
  return `/** What both sides know of ${service.fullName}; its methods stand at their dispatch indexes. */
export const ${names.info}: ${type} = {
  name: ${stringLiteral(service.fullName)},
  fingerprint: ${stringLiteral(service.fingerprint)},
  source: ${stringLiteral(at.file.source)},
  methods: [${service.methods.map((method) => `\n    ${methodInfo(at, method, traits)},`).join("")}${service.methods.length === 0 ? "" : "\n  "}],
};`;
}

function methodInfo(at: Emission, method: MethodSchema, traits: Traits): string {
  const secrets = methodSecrets(at, method, traits);
  const facts = [
    `name: ${stringLiteral(methodName(method))}`,
    `wireName: ${stringLiteral(method.wireName)}`,
    `shape: ${stringLiteral(method.shape)}`,
    ...(method.hasInlineInput ? [`parameters: [${parameterNames(at, method).map(stringLiteral).join(", ")}]`] : []),
    `throws: [${method.throws.map((name) => errorCodec(at, name)).join(", ")}]`,
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

function errorCodec(at: Emission, fullName: string): string {
  const error = at.file.names.error(fullName);
  return at.file.value(error.source, "codec", error.errorCodec);
}

function methodTable(at: Emission, service: ServiceSchema): string {
  const names = at.file.names.service(service.fullName);
  const head = `/** The methods of ${service.fullName}, as a client calls them. */\nexport const ${names.methods}`;
  if (service.methods.length === 0) return `${head}: Readonly<Record<never, never>> = {};`;
  const types = service.methods.flatMap((method) => [
    ...docLines(docText(method.docs, method.deprecated)),
    `readonly ${propertyKey(methodName(method))}: ${methodType(at, method)};`,
  ]);
  const values = service.methods.map((method) => {
    return `${propertyKey(methodName(method))}: ${methodValue(at, service, method)},`;
  });
  return `${head}: {\n${indented(types)}\n} = {\n${indented(values)}\n};`;
}

function docLines(doc: string | undefined): string[] {
  if (doc === undefined) return [];
  const lines = doc.split("\n");
  if (lines.length === 1) return [`/** ${doc} */`];
  return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

function methodType(at: Emission, method: MethodSchema): string {
  return `${at.file.door("Method")}<${initOf(at, method.input)}, ${answerType(at, method, "received")}>`;
}

function methodValue(at: Emission, service: ServiceSchema, method: MethodSchema): string {
  const input = at.file.names.message(method.input);
  const info = at.file.names.service(service.fullName).info;
  const encode = at.file.value(input.source, "codec", input.encode);
  return `${at.file.door("method")}(${info}, ${String(method.index)}, ${encode}, ${decodeAnswer(at, method)})`;
}
