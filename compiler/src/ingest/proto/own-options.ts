/** Reads back what an export wrote into the options of `rpcgen/options.proto`. Nothing in them is believed. */

import type { Report } from "../../report/report.js";
import { rpcString } from "../rpc-text.js";
import type { ProtoOption } from "./proto-syntax.js";
import { parseTextMessage } from "./text-format.js";
import type { TextMessage, TextValue } from "./text-format.js";

/** The file that declares them; it is never imported itself. */
export const ownOptionsPath = "rpcgen/options.proto";

/** What an option extends, and thereby its name. */
export type OwnKind = "file" | "message" | "field" | "oneof" | "enum" | "enum_value" | "service" | "method";

const word = /^[A-Za-z_][A-Za-z0-9_]*$/;
const path = /^\.?[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const number = /^-?[0-9][0-9A-Za-z.+-]*$/;

/** What values have to look like, by the name of their field; what is not here is text for people. */
const shapes: Readonly<Record<string, RegExp>> = {
  name: path,
  type: path,
  alias: path,
  extends: path,
  throws: path,
  code: word,
  kind: word,
  result: word,
  word: path,
  map_key: word,
  number,
  milliseconds: number,
  zero_index: /^[0-9]{1,9}$/,
};

export function isOwnOption({ name }: ProtoOption): boolean {
  return /^\(\.?rpcgen\.[a-z_]+\)$/.test(name);
}

/** The option of one element; undefined where there is none, or (reported) one that no export writes. */
export function ownOptions(options: readonly ProtoOption[], kind: OwnKind, report: Report): OwnOptions | undefined {
  const option = options.find(({ name }) => name === `(rpcgen.${kind})` || name === `(.rpcgen.${kind})`);
  if (option === undefined) return undefined;
  const message = option.value.kind === "aggregate" ? parseTextMessage(option.value.text) : undefined;
  const problem = message === undefined ? "it is no message in text format" : problemIn(message);
  if (message !== undefined && problem === undefined) return new OwnOptions(message);
  report.add("imported-syntax", option.span, { reason: `\`${option.name}\` cannot be read: ${problem ?? ""}` });
  return undefined;
}

/** The fields of one option. */
export class OwnOptions {
  readonly #message: TextMessage;

  constructor(message: TextMessage) {
    this.#message = message;
  }

  /** The text, word or number of a field; undefined where it is not there. */
  text(name: string): string | undefined {
    return this.texts(name).at(-1);
  }

  texts(name: string): readonly string[] {
    return (this.#message.get(name) ?? []).flatMap((value) => plainText(value) ?? []);
  }

  isTrue(name: string): boolean {
    return this.text(name) === "true";
  }

  all(name: string): readonly OwnOptions[] {
    return (this.#message.get(name) ?? []).flatMap((value) =>
      value.kind === "message" ? [new OwnOptions(value.message)] : [],
    );
  }

  /** Annotations as `.rpc` writes them. First parts of those with a dot go to `namespaces`. */
  annotations(namespaces: Set<string>): readonly string[] {
    return this.all("annotations").flatMap((annotation) => {
      const name = annotation.text("name");
      if (name === undefined) return [];
      if (name.includes(".")) namespaces.add(name.slice(0, name.indexOf(".")));
      const args = annotation.all("args").map(argumentText);
      return [args.length === 0 ? `@${name}` : `@${name}(${args.join(", ")})`];
    });
  }
}

function plainText(value: TextValue): string | undefined {
  return value.kind === "string" ? value.value : value.kind === "plain" ? value.text : undefined;
}

function argumentText(argument: OwnOptions): string {
  const milliseconds = argument.text("milliseconds");
  if (milliseconds !== undefined) return durationText(Number(milliseconds));
  const text = argument.text("text");
  if (text !== undefined) return rpcString(text);
  return argument.text("number") ?? argument.text("word") ?? (argument.isTrue("flag") ? "true" : "false");
}

/** In the largest unit that leaves a whole number. */
function durationText(milliseconds: number): string {
  const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
  const unit = Object.entries(units).find(([, size]) => milliseconds > 0 && milliseconds % size === 0);
  return unit === undefined ? `${milliseconds}ms` : `${milliseconds / unit[1]}${unit[0]}`;
}

function problemIn(message: TextMessage): string | undefined {
  for (const [name, values] of message) {
    const shape = shapes[name];
    for (const value of values) {
      const text = plainText(value);
      if (value.kind === "message") {
        const problem = problemIn(value.message);
        if (problem !== undefined) return problem;
      } else if (text !== undefined && shape?.test(text) === false) {
        return `\`${name}\` is ${JSON.stringify(text.slice(0, 40))}`;
      }
    }
  }
  return undefined;
}
