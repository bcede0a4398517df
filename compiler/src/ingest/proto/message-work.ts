/** What one message is converted with, and what becomes of comments around things that are written elsewhere. */

import { entry } from "../document.js";
import type { Entry } from "../document.js";
import { fieldNumberMax } from "../../schema/number-range.js";
import { MemberNames } from "../member-names.js";
import type { Remarks } from "../remarks.js";
import type { Conversion } from "./conversion.js";
import { Reserved } from "./convert-reserved.js";
import type { Features } from "./features.js";
import type { ProtoSymbol } from "./proto-scope.js";

/** What a message is being converted with. */
export interface MessageWork {
  readonly conversion: Conversion;
  readonly symbol: ProtoSymbol;
  readonly features: Features;
  readonly names: MemberNames;
  readonly reserved: Reserved;
  /** Numbers that were given, and to which field. */
  readonly numbers: Map<number, string>;
}

export function createMessageWork(symbol: ProtoSymbol, features: Features, conversion: Conversion): MessageWork {
  const reserved = new Reserved(1, fieldNumberMax, conversion.own !== undefined);
  return { conversion, symbol, features, names: new MemberNames(), reserved, numbers: new Map() };
}

/** The comments around something that is not written where it stood. */
export function keptRemarks(remarks: Remarks): readonly Entry[] {
  const notes = [...remarks.detached, ...remarks.leading, ...remarks.trailing];
  return notes.length === 0 ? [] : [entry({ notes })];
}
