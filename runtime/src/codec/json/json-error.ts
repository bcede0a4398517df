/** The errors of reading and of writing JSON: both point at the field, neither tells what is in it. */

/** JSON could not be read as the message that was expected. */
export class JsonReadError extends Error {
  override readonly name = "JsonReadError";
  /** "limit": well-formed as far as it was read, but nested deeper than allowed. */
  readonly kind: "malformed" | "limit";
  /** The field, for instance `items[2].quantity`; "" where the message as a whole, or the text itself, is at fault. */
  readonly path: string;

  constructor(kind: "malformed" | "limit", path: string, problem: string) {
    super(path === "" ? problem : `${path}: ${problem}`);
    this.kind = kind;
    this.path = path;
  }
}

/** A value cannot be written as JSON: of the wrong type, out of range, or in a way that would not read back. */
export class JsonWriteError extends Error {
  override readonly name = "JsonWriteError";
  /** The field, for instance `items[2].quantity`; "" where the message as a whole is at fault. */
  readonly path: string;

  constructor(path: string, problem: string) {
    super(path === "" ? problem : `${path}: ${problem}`);
    this.path = path;
  }
}
