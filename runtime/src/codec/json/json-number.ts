/** Numbers in JSON text: integers without loss from any of their spellings, and the shortest spelling of a float. */

/** The grammar of JSON numbers, which quoted numbers follow as well. */
const numeral = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/;

/** No integer field takes more digits; an exponent beyond that only says zero or too large. */
const integerDigitsMax = 20;

/** True where text is spelled as JSON spells numbers: no plus, no leading zero, no space, no NaN. */
export function isNumeral(text: string): boolean {
  return numeral.test(text);
}

/**
 * The integer that text spells, `1e3` and `5.0` included. "fraction" where it is not whole, "large" where it has more
 * than 20 digits, undefined where it is no number.
 */
export function parseInteger(text: string): bigint | "fraction" | "large" | undefined {
  const match = numeral.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "") return 0n;
  // A loop and not a pattern, which would take quadratic time over long runs of zeros.
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  const significant = digits.slice(0, end);
  // The value is `significant` times ten to this power.
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  if (power < 0) return "fraction";
  if (significant.length + power > integerDigitsMax) return "large";
  const magnitude = BigInt(significant + "0".repeat(power));
  return sign === "-" ? -magnitude : magnitude;
}

/** The number with the fewest digits that is still this float: 0.1 and not 0.10000000149011612. */
export function shortestFloat(value: number): number {
  const float = Math.fround(value);
  // Zero keeps its sign, which text would lose.
  if (float === 0) return float;
  for (let precision = 6; precision < 9; precision++) {
    const candidate = Number(float.toPrecision(precision));
    if (Math.fround(candidate) === float) return candidate;
  }
  return float;
}
