/** Which numbers fields and enum values may have. */

/** The largest number that a Protobuf tag can hold. */
export const fieldNumberMax = 536_870_911;

/** Protobuf keeps these for itself, both ends included. */
const keptFrom = 19_000;
const keptTo = 19_999;

export const enumNumberMin: number = -2_147_483_648;
export const enumNumberMax = 2_147_483_647;

/** For findings: where field numbers go. */
export const fieldNumberRange: string = `from 1 to ${fieldNumberMax} without ${keptFrom} to ${keptTo}`;

/** For findings: where enum numbers go. */
export const enumNumberRange: string = `from ${enumNumberMin} to ${enumNumberMax}`;

/** Whether a field or union member may have this number. */
export function isFieldNumber(number: number): boolean {
  return number >= 1 && number <= fieldNumberMax && (number < keptFrom || number > keptTo);
}
