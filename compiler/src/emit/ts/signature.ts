/** How a method looks in TypeScript: its parameters, and its answer in each of its forms. */

import { localNames, propertyName } from "../names.js";
import type { FieldSchema, MethodSchema, Schema } from "../../schema/schema.js";
import { propertyKey } from "./escape.js";
import type { TsFile } from "./print.js";
import { fieldType, type Side } from "./value-type.js";

/** Where a service is emitted to, and what it may look up. */
export interface Emission {
  readonly file: TsFile;
  readonly schema: Schema;
}

export interface Parameter {
  readonly name: string;
  readonly type: string;
}

/** Whether the client sends many messages. */
export function usesStreamOfRequests(method: MethodSchema): boolean {
  return method.shape === "clientStream" || method.shape === "bidiStream";
}

/** Whether the server sends many messages. */
export function usesStreamOfAnswers(method: MethodSchema): boolean {
  return method.shape === "serverStream" || method.shape === "bidiStream";
}

/** The type of a message or union that is passed in. */
export function initOf(at: Emission, fullName: string): string {
  const { source, init } = at.file.names.message(fullName);
  return at.file.type(source, "types", init);
}

function receivedOf(at: Emission, fullName: string): string {
  const { source, type } = at.file.names.message(fullName);
  return at.file.type(source, "types", type);
}

function messageOf(at: Emission, fullName: string, side: Side): string {
  return side === "received" ? receivedOf(at, fullName) : initOf(at, fullName);
}

/** What one answer of a method is to a user: a message, a plain value or nothing. */
export function answerType(at: Emission, method: MethodSchema, side: Side): string {
  switch (method.outputForm) {
    case "message":
      return messageOf(at, method.output, side);
    case "void":
      return "void";
    case "value": {
      const value = valueField(at.schema, method);
      const type = fieldType(at.file, value, side);
      return value.presence === "explicit" ? `${type} | undefined` : type;
    }
  }
}

/** The parameters that carry the request: fields one by one, one message, or a stream of them. */
export function requestParameters(
  at: Emission,
  method: MethodSchema,
  side: Side,
  taken: readonly string[],
): Parameter[] {
  if (method.hasInlineInput) {
    const fields = inputFields(at.schema, method);
    const names = localNames(
      fields.map((field) => field.name),
      taken,
    );
    return fields.map((field, index) => {
      const type = fieldType(at.file, field, side);
      return { name: names[index] ?? field.name, type: field.presence === "explicit" ? `${type} | undefined` : type };
    });
  }
  const type = messageOf(at, method.input, side);
  if (!usesStreamOfRequests(method)) return [{ name: "request", type }];
  const streams = side === "received" ? `AsyncIterable<${type}>` : `AsyncIterable<${type}> | Iterable<${type}>`;
  return [{ name: "requests", type: streams }];
}

/** The object that carries inline parameters, with these local names for its fields. */
export function packParameters(at: Emission, method: MethodSchema, parameters: readonly Parameter[]): string {
  const entries = parameterNames(at, method).map((name, index) => {
    const key = propertyKey(name);
    const local = parameters[index]?.name ?? key;
    return key === local ? key : `${key}: ${local}`;
  });
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** Property names of the inline parameters, in the order in which handlers take them. */
export function parameterNames(at: Emission, method: MethodSchema): string[] {
  return inputFields(at.schema, method).map((field) => propertyName(field.name));
}

/** Expressions for the inline parameters of a decoded request. */
export function unpackParameters(at: Emission, method: MethodSchema, request: string): string[] {
  return parameterNames(at, method).map((name) => {
    const key = propertyKey(name);
    return key.startsWith('"') ? `${request}[${key}]` : `${request}.${key}`;
  });
}

/** The decoder of an answer: the message's own, or a function that takes the value out of it. */
export function decodeAnswer(at: Emission, method: MethodSchema): string {
  if (method.outputForm === "void") return at.file.door("decodeNothing");
  const { source, decode } = at.file.names.message(method.output);
  const decoder = at.file.value(source, "codec", decode);
  return method.outputForm === "message" ? decoder : `(reader, end) => ${decoder}(reader, end).value`;
}

function inputFields(schema: Schema, method: MethodSchema): readonly FieldSchema[] {
  const input = schema.declarations.get(method.input);
  return input?.kind === "message" ? input.fields : [];
}

function valueField(schema: Schema, method: MethodSchema): FieldSchema {
  const output = schema.declarations.get(method.output);
  const field = output?.kind === "message" ? output.fields[0] : undefined;
  if (field === undefined) throw new Error(`${method.output} has no field that could be the answer of ${method.name}`);
  return field;
}
