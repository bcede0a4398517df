/** What a comparison of two schemas finds: one change that matters to somebody, where it is, and who notices. */

import type { BreakingCode } from "../../report/catalog/breaking-catalog.js";
import type { Span } from "../../source/source-file.js";

/**
 * How deep a change goes. `wire`: bytes of one build are misread, refused or not seen by the other, or calls do not find
 * each other. `json`: the same for canonical JSON. `source`: TypeScript written against the old build's code does not
 * compile against the new one's, or means something else.
 */
export type Level = "wire" | "json" | "source";

/** Gravest first. */
export const levels: readonly Level[] = ["wire", "json", "source"];

/** Two sides that do not understand each other any more. `storedData`: whoever reads bytes or JSON that were kept. */
export type Pairing = "oldClientNewServer" | "newClientOldServer" | "storedData";

/** Where something stands. Without a span (a schema that was read from JSON has no text) only line and column are known. */
export interface Place {
  /** What to call the file, for instance `rpc/orders.rpc`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly span: Span | undefined;
}

/** A thing of the old schema whose generated TypeScript is gone, renamed or of another type. */
export type Touched =
  | { readonly kind: "declaration"; readonly fullName: string }
  /** A field, an inline union, or a member of a union. */
  | { readonly kind: "member"; readonly owner: string; readonly name: string }
  | { readonly kind: "enumValue"; readonly owner: string; readonly name: string }
  | { readonly kind: "method"; readonly service: string; readonly name: string };

export interface Finding {
  readonly rule: BreakingCode;
  /** "additive": nothing that was there breaks, but somebody will meet something new. */
  readonly weight: "breaking" | "additive";
  /** At least one, gravest first. */
  readonly levels: readonly Level[];
  /** The full name of what changed in the old schema, or in the new one where it is new, for instance `shop.v1.Order.total`. */
  readonly subject: string;
  /** One sentence without a full stop. */
  readonly message: string;
  /** Who misreads or misses what: whole sentences. */
  readonly why: string;
  /** None where only TypeScript notices. */
  readonly breaks: readonly Pairing[];
  /** In the new schema; what stands around it where the thing itself is gone. */
  readonly at: Place | undefined;
  /** In the old schema. */
  readonly was: Place | undefined;
  /** Empty where TypeScript does not notice. */
  readonly touched: readonly Touched[];
}
