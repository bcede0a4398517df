/** Emits the client file: an interface that reads like local functions, and the factory behind it. */

import type { MethodSignatureStructure } from "ts-morph";
import { methodName } from "../names.js";
import type { MethodSchema, ServiceSchema } from "../../schema/schema.js";
import { docLines, docText, propertyKey, stringLiteral } from "./escape.js";
import { answerType, packParameters, requestParameters, usesStreamOfAnswers, type Emission } from "./signature.js";
import { StructureKind } from "./structure-printer.js";

const reserved = ["channel", "options"];

/** Adds a service's client to its file. */
export function addClient(at: Emission, service: ServiceSchema): void {
  const names = at.file.names.service(service.fullName);
  const docs = docText(service.docs, service.deprecated);
  at.file.add({
    kind: StructureKind.Interface,
    docs: docs === undefined ? [] : [docs],
    isExported: true,
    name: names.client,
    methods: service.methods.map((method) => signature(at, method)),
  });
  at.file.add(factory(at, service), ...service.methods.map((method) => loneCall(at, service, method)));
}

function signature(at: Emission, method: MethodSchema): MethodSignatureStructure {
  const docs = docText(method.docs, method.deprecated, throwsTags(at, method));
  return {
    kind: StructureKind.MethodSignature,
    docs: docs === undefined ? [] : [docs],
    name: propertyKey(methodName(method)),
    parameters: [
      ...requestParameters(at, method, "passed", reserved),
      { name: "options", type: at.file.door("CallOptions"), hasQuestionToken: true },
    ],
    returnType: returnType(at, method),
  };
}

function returnType(at: Emission, method: MethodSchema): string {
  const answer = answerType(at, method, "received");
  return usesStreamOfAnswers(method) ? `AsyncIterable<${answer}>` : `Promise<${answer}>`;
}

/** One TSDoc tag for each declared error. */
export function throwsTags(at: Emission, method: MethodSchema): string[] {
  return method.throws.map((fullName) => {
    // By name only: an import that nothing but a comment uses is an unused one.
    return `@throws {${at.file.names.error(fullName).class}}`;
  });
}

function factory(at: Emission, service: ServiceSchema): string {
  const names = at.file.names.service(service.fullName);
  const channel = service.methods.length === 0 ? "_channel" : "channel";
  const lines = service.methods.map(
    (method) => `    ${propertyKey(methodName(method))}: ${call(at, service, method)},`,
  );
  const body = lines.length === 0 ? "  return {};" : `  return {\n${lines.join("\n")}\n  };`;
  return `/** A client of ${service.fullName} over a channel, for instance one from \`connect\`. */
export function ${names.createClient}(${channel}: ${at.file.door("Channel")}): ${names.client} {
${body}
}`;
}

/** A function for one method, which needs nothing of the others: for bundles that have to be small. */
function loneCall(at: Emission, service: ServiceSchema, method: MethodSchema): string {
  const names = at.file.names.method(service.fullName, method.name);
  const parameters = requestParameters(at, method, "passed", reserved);
  const request = method.hasInlineInput ? packParameters(at, method, parameters) : (parameters[0]?.name ?? "{}");
  const value = at.file.value(at.file.source, "methods", names.method);
  const declared = [
    `channel: Pick<${at.file.door("Channel")}, ${stringLiteral(method.shape)}>`,
    ...parameters.map(({ name, type }) => `${name}: ${type}`),
    `options?: ${at.file.door("CallOptions")}`,
  ];
  const doc = `\`${methodName(method)}\` of ${service.fullName} by itself: a bundle with it carries none of the others.`;
  return `${docLines(docText(method.docs === "" ? doc : `${method.docs}\n\n${doc}`, method.deprecated, throwsTags(at, method))).join("\n")}
export function ${names.call}(
${declared.map((parameter) => `  ${parameter},`).join("\n")}
): ${returnType(at, method)} {
  return channel.${method.shape}(${value}, ${request}, options);
}`;
}

function call(at: Emission, service: ServiceSchema, method: MethodSchema): string {
  const methods = at.file.value(at.file.source, "methods", at.file.names.service(service.fullName).methods);
  const parameters = requestParameters(at, method, "passed", reserved);
  const request = method.hasInlineInput ? packParameters(at, method, parameters) : (parameters[0]?.name ?? "{}");
  const key = propertyKey(methodName(method));
  const member = key.startsWith('"') ? `${methods}[${key}]` : `${methods}.${key}`;
  const names = [...parameters.map((parameter) => parameter.name), "options"];
  return `(${names.join(", ")}) => channel.${method.shape}(${member}, ${request}, options)`;
}
