/** Emits the methods file: each service as data, and each method tied to the codecs that a client needs. */

import { StructureKind, VariableDeclarationKind } from "ts-morph";
import { methodName } from "../names.js";
import type { MethodSchema, ServiceSchema } from "../../schema/schema.js";
import { docText, propertyKey, stringLiteral } from "./escape.js";
import type { Statement } from "./print.js";
import { answerType, decodeAnswer, type Emission, initOf } from "./signature.js";

/** Adds a service's `ServiceInfo` and its methods to their file. */
export function addMethods(at: Emission, service: ServiceSchema): void {
  at.file.add(serviceInfo(at, service), methodTable(at, service));
}

function serviceInfo(at: Emission, service: ServiceSchema): string {
  const names = at.file.names.service(service.fullName);
  const type = at.file.door("ServiceInfo");
  return `/** What both sides know of ${service.fullName}; its methods stand at their dispatch indexes. */
export const ${names.info}: ${type} = {
  name: ${stringLiteral(service.fullName)},
  fingerprint: ${stringLiteral(service.fingerprint)},
  source: ${stringLiteral(at.file.source)},
  methods: [${service.methods.map((method) => `\n    ${methodInfo(at, method)},`).join("")}${service.methods.length === 0 ? "" : "\n  "}],
};`;
}

function methodInfo(at: Emission, method: MethodSchema): string {
  const facts = [
    `name: ${stringLiteral(methodName(method))}`,
    `wireName: ${stringLiteral(method.wireName)}`,
    `shape: ${stringLiteral(method.shape)}`,
    `throws: [${method.throws.map((name) => errorCodec(at, name)).join(", ")}]`,
    `timeoutMs: ${String(method.timeoutMs)}`,
    `isIdempotent: ${String(method.isIdempotent)}`,
  ];
  return `{ ${facts.join(", ")} }`;
}

function errorCodec(at: Emission, fullName: string): string {
  const error = at.file.names.error(fullName);
  return at.file.value(error.source, "codec", error.errorCodec);
}

function methodTable(at: Emission, service: ServiceSchema): Statement {
  const names = at.file.names.service(service.fullName);
  const types = service.methods.map((method) => {
    const doc = docText(method.docs, method.deprecated);
    const comment =
      doc === undefined
        ? ""
        : `  /**\n${doc
            .split("\n")
            .map((line) => `   * ${line}`.trimEnd())
            .join("\n")}\n   */\n`;
    return `${comment}  readonly ${propertyKey(methodName(method))}: ${methodType(at, method)};`;
  });
  const values = service.methods.map(
    (method) => `  ${propertyKey(methodName(method))}: ${methodValue(at, service, method)},`,
  );
  return {
    kind: StructureKind.VariableStatement,
    docs: [`The methods of ${service.fullName}, as a client calls them.`],
    isExported: true,
    declarationKind: VariableDeclarationKind.Const,
    declarations: [
      {
        name: names.methods,
        type: service.methods.length === 0 ? "Readonly<Record<never, never>>" : `{\n${types.join("\n")}\n}`,
        initializer: service.methods.length === 0 ? "{}" : `{\n${values.join("\n")}\n}`,
      },
    ],
  };
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
