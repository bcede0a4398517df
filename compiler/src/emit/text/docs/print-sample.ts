/** Prints samples as TypeScript and as JSON: on one line where they fit, else with a line for each part. */

import { propertyKey, stringLiteral } from "../../ts/escape.js";
import type { Sample } from "./sample.js";

const widthMax = 76;

/** A value in either language, before it is laid out. */
type Piece = string | { readonly open: string; readonly items: readonly Item[]; readonly close: string };

interface Item {
  /** What stands in front of the value, for instance `name: `. */
  readonly head: string;
  readonly value: Piece;
}

/** An expression; `indent` is the number of columns that it stands to the right, `used` what stands on its first line. */
export function sampleAsTypeScript(sample: Sample, indent: number = 0, used: number = 0): string {
  return print(tsPiece(sample), indent, used, ",");
}

export function sampleAsJson(sample: Sample): string {
  return print(jsonPiece(sample), 0, 0, "");
}

function print(piece: Piece, indent: number, used: number, comma: string): string {
  const line = onOneLine(piece);
  if (typeof piece === "string" || piece.items.length === 0 || indent + used + line.length <= widthMax) return line;
  const inner = indent + 2;
  const space = " ".repeat(inner);
  const items = piece.items.map(({ head, value }) => `${space}${head}${print(value, inner, head.length, comma)}`);
  return `${piece.open}\n${items.join(",\n")}${comma}\n${" ".repeat(indent)}${piece.close}`;
}

function onOneLine(piece: Piece): string {
  if (typeof piece === "string") return piece;
  const { open, items, close } = piece;
  if (items.length === 0) return open + close;
  const space = open.endsWith("{") ? " " : "";
  return `${open}${space}${items.map(({ head, value }) => head + onOneLine(value)).join(", ")}${space}${close}`;
}

function braces(items: readonly Item[]): Piece {
  return { open: "{", items, close: "}" };
}

function tsPiece(sample: Sample): Piece {
  switch (sample.kind) {
    case "plain":
      return sample.ts;
    case "list":
      return { open: "[", items: sample.items.map((item) => ({ head: "", value: tsPiece(item) })), close: "]" };
    case "map":
      return sample.isRecord
        ? braces(sample.entries.map(({ key, value }) => ({ head: `${key.ts}: `, value: tsPiece(value) })))
        : {
            open: "new Map([",
            items: sample.entries.map(({ key, value }) => ({
              head: "",
              value: {
                open: "[",
                items: [
                  { head: "", value: key.ts },
                  { head: "", value: tsPiece(value) },
                ],
                close: "]",
              },
            })),
            close: "])",
          };
    case "object":
      return braces(
        sample.properties.map(({ name, member, value }) => ({
          head: `${propertyKey(name)}: `,
          value: member === undefined ? tsPiece(value) : tsChoice(member, value),
        })),
      );
    case "choice":
      return tsChoice(sample.member, sample.value);
    case "forms":
      return tsPiece(sample.ts);
  }
}

function tsChoice(member: string, value: Sample): Piece {
  return braces([
    { head: "kind: ", value: stringLiteral(member) },
    { head: "value: ", value: tsPiece(value) },
  ]);
}

function jsonPiece(sample: Sample): Piece {
  switch (sample.kind) {
    case "plain":
      return sample.json;
    case "list":
      return { open: "[", items: sample.items.map((item) => ({ head: "", value: jsonPiece(item) })), close: "]" };
    case "map":
      return braces(sample.entries.map(({ key, value }) => ({ head: `${key.json}: `, value: jsonPiece(value) })));
    case "object":
      return braces(
        sample.properties.map(({ jsonName, value }) => ({
          head: `${stringLiteral(jsonName)}: `,
          value: jsonPiece(value),
        })),
      );
    case "choice":
      return braces([{ head: `${stringLiteral(sample.jsonName)}: `, value: jsonPiece(sample.value) }]);
    case "forms":
      return jsonPiece(sample.json);
  }
}
