/** What becomes of options: annotations of the language, annotations for plug-ins, or comments; none is dropped. */

import { quotedLines, rpcString } from "../rpc-text.js";
import type { Conversion } from "./conversion.js";
import { isFeature } from "./features.js";
import { isOwnOption } from "./own-options.js";
import type { OptionValue, ProtoOption } from "./proto-syntax.js";

export interface ConvertedOptions {
  readonly annotations: readonly string[];
  /** Lines for `//`. */
  readonly marks: readonly string[];
}

/** What an option means: annotations (none where it changes nothing), or undefined where it means nothing here. */
export type Meaning = (option: ProtoOption) => readonly string[] | undefined;

/** Converts the options of one thing; `meaning` knows those that only this kind of thing has. */
export function convertOptions(
  options: readonly ProtoOption[],
  scope: string,
  conversion: Conversion,
  meaning: Meaning = () => undefined,
): ConvertedOptions {
  const annotations: string[] = [];
  const left: ProtoOption[] = [];
  for (const option of options) {
    if (isOwnOption(option)) continue;
    const meant = meaning(option) ?? commonMeaning(option) ?? customAnnotation(option, scope, conversion);
    if (meant !== undefined) {
      for (const annotation of meant) if (!annotations.includes(annotation)) annotations.push(annotation);
      continue;
    }
    left.push(option);
  }
  return { annotations, marks: leftAsComments(left, conversion) };
}

/** Options as they stand in the file; reported. */
export function leftAsComments(options: readonly ProtoOption[], conversion: Conversion): readonly string[] {
  return options.flatMap(({ name, span }) => {
    conversion.tellOption(name, span);
    return quotedLines("proto", `option ${span.source.text.slice(span.start, span.end)}`);
  });
}

function commonMeaning(option: ProtoOption): readonly string[] | undefined {
  if (option.name === "deprecated") return isTrue(option) ? ["@deprecated"] : [];
  return isFeature(option) ? [] : undefined;
}

export function isTrue({ value }: ProtoOption): boolean {
  return value.kind === "word" && value.text === "true";
}

/** `(google.api.http).get = "x"` is `@google.api.http.get("x")`. Without a package, annotations have no namespace. */
function customAnnotation(option: ProtoOption, scope: string, conversion: Conversion): readonly string[] | undefined {
  const [, extension = "", path = ""] = /^\(([^)]*)\)(.*)$/.exec(option.name) ?? [];
  if (extension === "" || conversion.package === "") return undefined;
  const found = conversion.run.scope.find(extension, scope, conversion.file, ({ kind }) => kind === "extension");
  const fullName = found?.fullName ?? extension.replace(/^\./, "");
  const written = `${fullName}${path}`.replace(/[()]/g, "").replace(/\.{2,}/g, ".");
  const name = written.includes(".") ? written : `proto.${written}`;
  conversion.namespaces.add(name.slice(0, name.indexOf(".")));
  conversion.tellOption(option.name, option.span, name);
  return [`@${name}(${argument(option.value)})`];
}

function argument(value: OptionValue): string {
  switch (value.kind) {
    case "word":
      return value.text;
    case "number":
      return numberText(value.text) ?? rpcString(value.text);
    case "string":
      return rpcString(value.value);
    case "aggregate":
      return rpcString(value.text);
  }
}

/** A number in the spelling of the language; undefined for what it cannot write. */
function numberText(text: string): string | undefined {
  const [, sign = "", digits = ""] = /^(-?)([0-9a-zA-Z.]+)$/.exec(text) ?? [];
  if (digits.length > 60) return undefined;
  if (/^0[0-7]+$/.test(digits)) return sign + String(BigInt(`0o${digits.slice(1)}`));
  if (/^(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(digits)) return sign + String(BigInt(digits));
  return /^(0|[1-9][0-9]*)\.[0-9]+$/.test(digits) ? text : undefined;
}
