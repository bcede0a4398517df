/** Services of `.thrift` to services of `.rpc`: parameters stay parameters, exceptions become declared errors. */

import { entry } from "../document.js";
import type { Entry } from "../document.js";
import { MemberNames } from "../member-names.js";
import { docsOf, sideNoteOf } from "../remarks.js";
import { rpcString } from "../rpc-text.js";
import { freeMethodName } from "../type-names.js";
import { convertFields, defaultMarks, tellNumber } from "./convert-struct.js";
import { fieldName, numbersOf } from "./struct-names.js";
import type { ThriftConversion } from "./thrift-conversion.js";
import type { ThriftSymbol } from "./thrift-scope.js";
import type { ThriftField, ThriftMethod, ThriftService } from "./thrift-syntax.js";
import { rpcType } from "./thrift-type.js";
import { lowerCamelCase } from "../../schema/naming.js";

export function convertService(service: ThriftService, symbol: ThriftSymbol, conversion: ThriftConversion): Entry {
  const base = baseOf(service, conversion);
  // Inherited methods come first, so their names are taken.
  const taken = new Set(base === undefined ? [] : conversion.run.methodNames.get(base.node));
  conversion.run.methodNames.set(service, taken);
  const items = service.items.map((item) =>
    item.kind === "loose" ? entry({ notes: item.paragraphs }) : convertMethod(item, symbol.name, taken, conversion),
  );
  return entry({
    notes: service.remarks.detached,
    docs: docsOf(service.remarks),
    sideNote: sideNoteOf(service.remarks),
    annotations: conversion.annotations(service.annotations),
    text: `service ${symbol.name}${base === undefined ? "" : ` extends ${conversion.write(base)}`}`,
    items,
  });
}

function baseOf(service: ThriftService, conversion: ThriftConversion): ThriftSymbol | undefined {
  if (service.extends === undefined) return undefined;
  const { text, span } = service.extends;
  const found = conversion.run.scope.find(text, conversion.file);
  if (found?.kind === "service" && !isCircle(service, conversion)) return found;
  const what = `\`${service.name.text}\` does not have its methods`;
  conversion.report.add("imported-type-unknown", span, { type: text, what });
  return undefined;
}

/** Whether a service extends itself in the end. */
function isCircle(service: ThriftService, conversion: ThriftConversion): boolean {
  const seen = new Set<ThriftService>();
  let file = conversion.file;
  for (let at: ThriftService | undefined = service; at?.extends !== undefined;) {
    if (seen.has(at)) return true;
    seen.add(at);
    const next: ThriftSymbol | undefined = conversion.run.scope.find(at.extends.text, file);
    if (next?.node.kind !== "service") return false;
    at = next.node;
    file = next.file;
  }
  return false;
}

function convertMethod(method: ThriftMethod, service: string, taken: Set<string>, conversion: ThriftConversion): Entry {
  const wanted = lowerCamelCase(method.name.text);
  const { name } = freeMethodName(wanted, taken);
  const result = resultOf(method, conversion);
  const parameters = result === undefined ? undefined : parametersOf(method, service, name, conversion);
  const { detached, leading, trailing } = method.remarks;
  if (result === undefined || parameters === undefined || taken.has(name)) {
    return entry({ notes: [...detached, ...leading, ...trailing], marks: conversion.quote(method.span) });
  }
  if (taken.has(freeMethodName(wanted, new Set()).name)) {
    const reason = "another method, perhaps one that is inherited, has its name";
    conversion.report.add("imported-name", method.name.span, { name: method.name.text, chosen: name, reason });
  }
  taken.add(name);
  const throws = throwsOf(method, conversion);
  const inner = [...method.parameters, ...method.throws].flatMap(({ remarks }) => [
    ...remarks.detached,
    ...remarks.leading,
    ...remarks.trailing,
  ]);
  const defaults = method.parameters.flatMap((parameter) => defaultMarks(parameter, conversion));
  return entry({
    notes: [...detached, ...inner],
    marks: defaults,
    docs: docsOf(method.remarks),
    sideNote: sideNoteOf(method.remarks),
    annotations: conversion.annotations(method.annotations),
    text: `${method.isOneway ? "oneway " : ""}${name}(${parameters})${result}${throws}`,
  });
}

/** `: Order`, or "" for a oneway method; undefined where the type is not known. */
function resultOf(method: ThriftMethod, conversion: ThriftConversion): string | undefined {
  const what = `method \`${method.name.text}\` is kept as a comment`;
  if (method.isOneway) {
    if (method.result !== undefined) tellShape(method, "a oneway method returns nothing", conversion);
    return "";
  }
  if (method.result === undefined) return ": void";
  const type = rpcType(method.result, what, conversion);
  if (type === undefined) return undefined;
  if (!method.isResultStream) return `: ${type.text}`;
  if (type.isMessage) return `: stream ${type.text}`;
  tellShape(method, `a stream carries messages, so ${what}`, conversion);
  return undefined;
}

function tellShape(method: ThriftMethod, instead: string, conversion: ThriftConversion): void {
  const { source, start, end } = method.span;
  const text = source.text.slice(start, Math.min(end, start + 80)).replace(/\s+/g, " ");
  conversion.report.add("imported-shape", method.name.span, { text, instead });
}

/** Inline where they are numbered as inline parameters are, else a message with their numbers. */
function parametersOf(
  method: ThriftMethod,
  service: string,
  name: string,
  conversion: ThriftConversion,
): string | undefined {
  const { parameters } = method;
  const numbers = numbersOf(parameters);
  const isInOrder = parameters.every((parameter, index) => numbers.get(parameter) === index + 1);
  if (!isInOrder) return argumentsMessage(method, service, name, conversion);
  const names = new MemberNames();
  const what = `method \`${method.name.text}\` is kept as a comment`;
  const written: string[] = [];
  for (const parameter of parameters) {
    const type = rpcType(parameter.type, what, conversion);
    if (type === undefined) return undefined;
    tellNumber(parameter, numbers.get(parameter) ?? 0, conversion);
    written.push(inlineParameter(parameter, type, names, conversion));
  }
  const made = `${service}${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  conversion.run.typeNames.claimMade(conversion.package, conversion.file.path, `${made}Request`);
  conversion.run.typeNames.claimMade(conversion.package, conversion.file.path, `${made}Response`);
  return written.join(", ");
}

function inlineParameter(
  parameter: ThriftField,
  type: NonNullable<ReturnType<typeof rpcType>>,
  names: MemberNames,
  conversion: ThriftConversion,
): string {
  const { name, givenName } = fieldName(names, parameter);
  const isExplicit = parameter.requiredness === "optional" && type.shape === "single" && !type.isMessage;
  const annotations = [
    ...(givenName === undefined ? [] : [`@name(${rpcString(givenName)})`]),
    ...type.annotations,
    ...conversion.annotations(parameter.annotations),
  ];
  const front = annotations.length === 0 ? "" : `${annotations.join(" ")} `;
  return `${front}${name}${isExplicit ? "?" : ""}: ${type.text}`;
}

function argumentsMessage(method: ThriftMethod, service: string, name: string, conversion: ThriftConversion): string {
  const message = conversion.mint(`${service}${name.slice(0, 1).toUpperCase()}${name.slice(1)}Arguments`);
  const { items, reserved } = convertFields(
    method.parameters.map((parameter) => ({ ...parameter, defaultValue: undefined, remarks: noRemarks })),
    false,
    conversion,
  );
  if (reserved.length > 0) items.push(entry({ text: `reserved ${reserved.join(", ")}` }));
  const docs = `Made on import: the parameters of \`${name}\`, which are not numbered in order.`;
  conversion.made.push(entry({ docs, text: `message ${message}`, items }));
  tellShape(method, `message \`${message}\` is made to hold its parameters with their numbers`, conversion);
  return message;
}

const noRemarks = { detached: [], leading: [], trailing: [] };

function throwsOf(method: ThriftMethod, conversion: ThriftConversion): string {
  const names: string[] = [];
  for (const { type } of method.throws) {
    const found = type.kind === "named" ? conversion.run.scope.find(type.name.text, conversion.file) : undefined;
    if (found?.kind === "error") {
      const written = conversion.write(found);
      if (!names.includes(written)) names.push(written);
      continue;
    }
    const text = type.span.source.text.slice(type.span.start, type.span.end);
    const instead = `only exceptions are thrown, so \`${method.name.text}\` does not declare it`;
    conversion.report.add("imported-shape", type.span, { text, instead });
  }
  return names.length === 0 || method.isOneway ? "" : ` throws ${names.join(", ")}`;
}
