/** The error that bytes get that are not the message they should be. */

/** Bytes could not be read as the message that was expected. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  /** "limit": well-formed as far as it was read, but deeper or larger than the reader's limits allow. */
  readonly kind: "malformed" | "limit";
  /** Full name in the IDL of the innermost message that was being read. */
  readonly typeName: string;
  /** Where reading stopped, in bytes from the start of the outermost message; undefined where it was JSON. */
  readonly offset: number | undefined;

  constructor(kind: "malformed" | "limit", typeName: string, offset: number | undefined, problem: string) {
    super(`cannot decode ${typeName}: ${problem}${offset === undefined ? "" : ` (at byte ${offset})`}`);
    this.kind = kind;
    this.typeName = typeName;
    this.offset = offset;
  }
}
