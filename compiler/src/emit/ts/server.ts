/** Emits the server file: the handler that a user writes, and the dense switch that leads calls to it. */

import type { MethodSignatureStructure } from "ts-morph";
import { methodName } from "../names.js";
import type { MethodSchema, ServiceSchema } from "../../schema/schema.js";
import { throwsTags } from "./client.js";
import { docText, propertyKey } from "./escape.js";
import type { Traits } from "./emission-memory.js";
import { hasRules } from "./rules.js";
import {
  answerType,
  requestParameters,
  unpackParameters,
  usesStreamOfAnswers,
  usesStreamOfRequests,
  type Emission,
} from "./signature.js";
import { StructureKind } from "./structure-printer.js";

/** Adds a service's handler interface, dispatch table and mount to their file. */
export function addServer(at: Emission, service: ServiceSchema, { ruled }: Traits): void {
  const names = at.file.names.service(service.fullName);
  at.file.add({
    kind: StructureKind.Interface,
    docs: [`What you write to serve ${service.fullName}: one function for each method.`],
    isExported: true,
    name: names.handler,
    methods: service.methods.map((method) => signature(at, method)),
  });
  for (const method of service.methods) {
    if (method.outputForm === "value") at.file.add(valueEncoder(at, service, method));
  }
  at.file.add(dispatch(at, service), ...service.methods.flatMap((method) => handleFunction(at, service, method)));
  at.file.add(serve(at, service, hasRules(service, ruled)));
}

function signature(at: Emission, method: MethodSchema): MethodSignatureStructure {
  const docs = docText(method.docs, method.deprecated, throwsTags(at, method));
  return {
    kind: StructureKind.MethodSignature,
    docs: docs === undefined ? [] : [docs],
    name: propertyKey(methodName(method)),
    parameters: [
      ...requestParameters(at, method, "received", ["call"]),
      { name: "call", type: at.file.door("ServerCall") },
    ],
    returnType: returnType(at, method),
  };
}

function returnType(at: Emission, method: MethodSchema): string {
  const answer = answerType(at, method, "passed");
  return usesStreamOfAnswers(method)
    ? `AsyncIterable<${answer}> | Iterable<${answer}>`
    : usesStreamOfRequests(method)
      ? `Promise<${answer}>`
      : `${answer} | Promise<${answer}>`;
}

/** Wraps a plain answer into the message that carries it. */
function valueEncoder(at: Emission, service: ServiceSchema, method: MethodSchema): string {
  const { source, encode } = at.file.names.message(method.output);
  const type = `${at.file.door("Encode")}<${answerType(at, method, "passed")}>`;
  const encoder = at.file.value(source, "codec", encode);
  return `const ${encoderName(service, method)}: ${type} = (writer, value, position) => ${encoder}(writer, { value }, position);`;
}

function encoderName(service: ServiceSchema, method: MethodSchema): string {
  // `$` keeps it apart from every name that an `.rpc` file can ask for.
  return `encode$${service.name}$${method.name}`;
}

function encodeAnswer(at: Emission, service: ServiceSchema, method: MethodSchema): string {
  switch (method.outputForm) {
    case "void":
      return at.file.door("encodeNothing");
    case "value":
      return encoderName(service, method);
    case "message": {
      const { source, encode } = at.file.names.message(method.output);
      return at.file.value(source, "codec", encode);
    }
  }
}

function dispatch(at: Emission, service: ServiceSchema): string {
  const names = at.file.names.service(service.fullName);
  const cases = service.methods.map((method) => dispatchCase(at, service, method));
  const handler = service.methods.length === 0 ? "_handler" : "handler";
  return `/** Leads each call to its handler: one case a method, each with its own decoder, handler and encoder. */
export const ${names.dispatch}: ${at.file.door("Dispatch")}<${names.handler}> = (${handler}, index, call) => {
  switch (index) {
${cases.join("\n")}
    default:
      return call.unimplemented(index);
  }
};`;
}

function dispatchCase(at: Emission, service: ServiceSchema, method: MethodSchema): string {
  const lines = caseLines(at, service, method);
  const [only = ""] = lines;
  const body = lines.length === 1 ? only : `return ${handleName(service, method)}(handler, call);`;
  return `    case ${String(method.index)}:\n      ${body}`;
}

/** The function behind a case of more than one line: a switch that holds all bodies grows too long to be optimised. */
function handleFunction(at: Emission, service: ServiceSchema, method: MethodSchema): string[] {
  const lines = caseLines(at, service, method);
  if (lines.length === 1) return [];
  const { handler } = at.file.names.service(service.fullName);
  const head = `function ${handleName(service, method)}(handler: ${handler}, call: ${at.file.door("ServerExchange")}): void`;
  return [`${head} {\n${lines.map((line) => `  ${line}`).join("\n")}\n}`];
}

function handleName(service: ServiceSchema, method: MethodSchema): string {
  return `handle$${service.name}$${method.name}`;
}

function caseLines(at: Emission, service: ServiceSchema, method: MethodSchema): string[] {
  const key = propertyKey(methodName(method));
  const target = key.startsWith('"') ? `handler[${key}]` : `handler.${key}`;
  const input = at.file.names.message(method.input);
  const decode = at.file.value(input.source, "codec", input.decode);
  if (usesStreamOfRequests(method)) {
    const answer = `${target}(call.receive(${decode}), call)`;
    return [finish(at, service, method, answer)];
  }
  const decoded = `${decode}(call.reader, call.end)`;
  if (!method.hasInlineInput) return answerLines(at, service, method, [], `${target}(${decoded}, call)`);
  const values = unpackParameters(at, method, "request");
  if (values.length === 0) return answerLines(at, service, method, [`${decoded};`], `${target}(call)`);
  return answerLines(at, service, method, [`const request = ${decoded};`], `${target}(${values.join(", ")}, call)`);
}

function answerLines(
  at: Emission,
  service: ServiceSchema,
  method: MethodSchema,
  before: readonly string[],
  answer: string,
): string[] {
  if (method.shape !== "unary") return [...before, finish(at, service, method, answer)];
  const encode = encodeAnswer(at, service, method);
  return [
    ...before,
    `const answer = ${answer};`,
    `if (${at.file.door("isPending")}(answer)) return call.later(answer, ${encode});`,
    `return call.reply(${encode}(call.writer, answer, call.begin()));`,
  ];
}

/** Hands an answer over that does not come at once. */
function finish(at: Emission, service: ServiceSchema, method: MethodSchema, answer: string): string {
  if (method.shape === "oneway") return `return call.forget(${answer});`;
  const encode = encodeAnswer(at, service, method);
  return usesStreamOfAnswers(method)
    ? `return call.stream(${answer}, ${encode});`
    : `return call.later(${answer}, ${encode});`;
}

function serve(at: Emission, service: ServiceSchema, isRuled: boolean): string {
  const names = at.file.names.service(service.fullName);
  const info = at.file.value(at.file.source, "methods", names.info);
  const json = at.file.value(at.file.source, "methods", names.json);
  const rules = isRuled ? `, ${at.file.value(at.file.source, "rules", names.rules)}` : "";
  return `/** Ties a handler to ${service.fullName}, for \`serve\`. */
export function ${names.serve}(handler: ${names.handler}): ${at.file.door("Mount")} {
  return ${at.file.door("mount")}(${info}, handler, ${names.dispatch}, ${json}${rules});
}`;
}
