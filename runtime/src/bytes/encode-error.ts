/** The error that a value gets that cannot be put into its message. */

/** A value does not fit the field that it was given for. Its text names types and ranges, never contents. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
  /** Full name of the message in the IDL. */
  readonly typeName: string;
  /** Number of the field, 0 where the message as a whole is at fault. */
  readonly field: number;

  constructor(typeName: string, field: number, problem: string) {
    super(`cannot encode ${typeName}: ${field === 0 ? "" : `field ${field} `}${problem}`);
    this.typeName = typeName;
    this.field = field;
  }
}

// Contents stay out of error texts: a field may be secret, and errors end up in logs.
/** Names the kind of a value for the text of a `problem`, for instance `a fraction` or `an array`. */
export function describe(value: unknown, problem: string): string {
  // Where the kind is right, the value itself is out of range.
  const range = problem.includes("number") ? " outside of that" : "";
  switch (typeof value) {
    case "number":
      if (Number.isNaN(value)) return "NaN";
      if (!Number.isFinite(value)) return "an infinite number";
      if (!Number.isInteger(value)) return "a fraction";
      return problem.includes("an integer") ? "a whole number outside of that" : `a whole number${range}`;
    case "bigint":
      return `a bigint${range}`;
    case "undefined":
      return "undefined";
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return "an array";
      if (value instanceof Map) return "a Map";
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : "a Date";
      return value instanceof Uint8Array ? "bytes" : "an object";
    default:
      return `a ${typeof value}`;
  }
}
