/** What integers of each width can be. */

import type { ScalarName } from "../../schema/schema.js";

export type IntegerName = Exclude<ScalarName, "bool" | "string" | "bytes" | "float" | "double">;

interface NumberRange {
  readonly least: bigint;
  readonly most: bigint;
  /** 64 bits. */
  readonly isWide: boolean;
}

const int32: NumberRange = { least: -(2n ** 31n), most: 2n ** 31n - 1n, isWide: false };
const uint32: NumberRange = { least: 0n, most: 2n ** 32n - 1n, isWide: false };
const int64: NumberRange = { least: -(2n ** 63n), most: 2n ** 63n - 1n, isWide: true };
const uint64: NumberRange = { least: 0n, most: 2n ** 64n - 1n, isWide: true };

export const protoNumberRanges: Readonly<Record<IntegerName, NumberRange>> = {
  int32,
  sint32: int32,
  sfixed32: int32,
  uint32,
  fixed32: uint32,
  int64,
  sint64: int64,
  sfixed64: int64,
  uint64,
  fixed64: uint64,
};
