/** Methods that an export made of `.rpc`: parameters and results take the place of the messages that wrap them. */

import { entry } from "../document.js";
import type { Entry } from "../document.js";
import type { ForeignName } from "../token-reader.js";
import type { Conversion } from "./conversion.js";
import { convertField } from "./convert-field.js";
import { convertOptions } from "./convert-options.js";
import { methodComment, methodMeaning, methodRemarks, optionsOf } from "./method-parts.js";
import type { ServiceWork } from "./method-parts.js";
import { createMessageWork } from "./message-work.js";
import { fileFeatures } from "./features.js";
import type { OwnOptions } from "./own-options.js";
import type { ProtoSymbol } from "./proto-scope.js";
import type { ProtoMethod } from "./proto-syntax.js";

export function convertOwnMethod(method: ProtoMethod, own: OwnOptions, work: ServiceWork): Entry {
  const { conversion, symbol } = work;
  const result = own.text("result");
  const input = own.isTrue("has_parameters")
    ? parametersText(fieldTexts(method.input, symbol, conversion))
    : messageText(method.input, method.isInputStream, symbol, conversion);
  const output =
    result === "NOTHING"
      ? "void"
      : result === "VALUE"
        ? fieldTexts(method.output, symbol, conversion)?.[0]?.result
        : messageText(method.output, method.isOutputStream, symbol, conversion);
  const thrown = own.texts("throws").flatMap((name) => writeNamed(name, "message", method.name, conversion) ?? []);
  if (input === undefined || output === undefined) {
    const what = `method \`${method.name.text}\` is kept as a comment`;
    conversion.report.add("imported-type-unknown", method.input.span, { type: method.input.text, what });
    return methodComment(method);
  }
  const name = own.text("name") ?? method.name.text;
  work.methodNames.add(name);
  work.wireNames.add(method.name.text);
  const { marks } = convertOptions(optionsOf(method), symbol.fullName, conversion, methodMeaning);
  const isOneway = own.isTrue("is_oneway");
  const throws = thrown.length === 0 ? "" : ` throws ${thrown.join(", ")}`;
  return entry({
    ...methodRemarks(method),
    marks,
    annotations: own.annotations(conversion.namespaces),
    text: isOneway ? `oneway ${name}(${input})` : `${name}(${input}): ${output}${throws}`,
  });
}

/** How a file writes the error or service of a full name; reported and undefined where there is none. */
export function writeNamed(
  fullName: string,
  kind: "message" | "service",
  at: ForeignName,
  conversion: Conversion,
): string | undefined {
  const found = conversion.run.scope.find(fullName, "", conversion.file, (symbol) => symbol.kind === kind);
  const text = found === undefined ? undefined : conversion.write(found);
  if (text === undefined) {
    const what = `\`${at.text}\` goes without it`;
    conversion.report.add("imported-type-unknown", at.span, { type: fullName, what });
  }
  return text;
}

function messageOf(name: ForeignName, { fullName }: ProtoSymbol, conversion: Conversion): ProtoSymbol | undefined {
  return conversion.run.scope.find(name.text, fullName, conversion.file, ({ kind }) => kind === "message");
}

function messageText(
  name: ForeignName,
  isStream: boolean,
  symbol: ProtoSymbol,
  conversion: Conversion,
): string | undefined {
  const found = messageOf(name, symbol, conversion);
  const text = found === undefined ? undefined : conversion.write(found);
  return text === undefined ? undefined : `${isStream ? "stream " : ""}${text}`;
}

/** Docs and annotations begin a line of their own. */
function parametersText(fields: readonly FieldText[] | undefined): string | undefined {
  const text = fields?.map(({ full }) => full).join(",\n    ");
  return text?.includes("\n") === true ? `\n    ${text}` : text;
}

interface FieldText {
  /** As a parameter, with docs and annotations in front. */
  readonly full: string;
  /** As a result: `Order?`. */
  readonly result: string;
}

/** The fields of the message that wraps parameters or a result; undefined where there is no such message. */
function fieldTexts(name: ForeignName, symbol: ProtoSymbol, conversion: Conversion): readonly FieldText[] | undefined {
  const message = messageOf(name, symbol, conversion);
  if (message?.node?.kind !== "message" || message.file === undefined) return undefined;
  const work = createMessageWork(message, fileFeatures(message.file.syntax), conversion);
  const fields = message.node.items.flatMap((item) => (item.kind === "field" ? [item] : []));
  return fields.flatMap((field): readonly FieldText[] => {
    const { docs, annotations, text } = convertField(field, false, work);
    const [, parameter, mark = "", type = ""] = /^[0-9]+ ([A-Za-z0-9_]+)(\??): (.*)$/.exec(text) ?? [];
    if (parameter === undefined) return [];
    const lines = docs === "" ? [] : docs.split("\n").map((line) => `/// ${line}`.trimEnd());
    const isOptional = mark !== "" || isPlainMessage(field.type, message, type, conversion);
    return [
      {
        full: [...lines, ...annotations, `${parameter}${mark}: ${type}`].join("\n    "),
        result: isOptional && field.label !== "repeated" && field.mapKey === undefined ? `${type}?` : type,
      },
    ];
  });
}

/** A message or union that is wrapped as a result was written with a question mark, or else it would stand for itself. */
function isPlainMessage(name: ForeignName, scope: ProtoSymbol, written: string, conversion: Conversion): boolean {
  const found = messageOf(name, scope, conversion);
  return found !== undefined && !["timestamp", "duration", "json"].includes(written);
}
