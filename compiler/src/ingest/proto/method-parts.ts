/** What is done with every method of `.proto`, wherever it comes from. */

import { entry } from "../document.js";
import type { Entry } from "../document.js";
import { docsOf, sideNoteOf } from "../remarks.js";
import { quotedLines } from "../rpc-text.js";
import type { Conversion } from "./conversion.js";
import type { ProtoSymbol } from "./proto-scope.js";
import type { ProtoMethod, ProtoOption } from "./proto-syntax.js";

/** What the methods of one service are converted with. */
export interface ServiceWork {
  readonly conversion: Conversion;
  readonly symbol: ProtoSymbol;
  /** In `.rpc`. */
  readonly name: string;
  readonly methodNames: Set<string>;
  readonly wireNames: Set<string>;
}

export function optionsOf(method: ProtoMethod): readonly ProtoOption[] {
  return method.items.flatMap((item) => (item.kind === "option" ? [item.option] : []));
}

/** The comments around a method, and those in its body. */
export function methodRemarks(method: ProtoMethod): Pick<Entry, "notes" | "docs" | "sideNote"> {
  const loose = method.items.flatMap((item) =>
    item.kind === "loose"
      ? item.paragraphs
      : [...item.remarks.detached, ...item.remarks.leading, ...item.remarks.trailing],
  );
  return {
    notes: [...method.remarks.detached, ...loose],
    docs: docsOf(method.remarks),
    sideNote: sideNoteOf(method.remarks),
  };
}

export function methodMeaning({ name, value }: ProtoOption): readonly string[] | undefined {
  if (name !== "idempotency_level" || value.kind !== "word") return undefined;
  if (value.text === "IDEMPOTENCY_UNKNOWN") return [];
  // What has no side effects may be repeated, and the language says no more than that.
  return value.text === "IDEMPOTENT" || value.text === "NO_SIDE_EFFECTS" ? ["@idempotent"] : undefined;
}

/** A method that stays a comment. */
export function methodComment({ remarks, span }: ProtoMethod): Entry {
  const { detached, leading, trailing } = remarks;
  const marks = quotedLines("proto", span.source.text.slice(span.start, span.end));
  return entry({ notes: [...detached, ...leading, ...trailing], marks });
}
