/** What reading and writing JSON carry along: options, the place in the message, and the types that an Any may hold. */

import { describe } from "../../bytes/encode-error.js";
import { fromBytes, toBytes } from "../binary.js";
import type { SecretFields } from "../../secret/secret-fields.js";
import type { BinaryCodec } from "../codec.js";
import { JsonReadError, JsonWriteError } from "./json-error.js";
import { JsonPath, jsonDepthMax } from "./json-path.js";
import { kindOfJson } from "./json-value.js";
import type { JsonInput, JsonValue } from "./json-value.js";

/** The JSON half of a generated codec. */
export interface JsonCodec<Out, In = Out> {
  /** Full name in the IDL. */
  readonly name: string;
  readonly toJson: (value: In, writer?: JsonWriter) => JsonValue;
  readonly fromJson: (json: JsonInput, reader?: JsonReader) => Out;
  /** Where its secrets stand; left out where it has none. */
  readonly secrets?: SecretFields | undefined;
}

export interface JsonReadOptions {
  /** Skip fields, and enum values, that this build does not know instead of refusing them. Default false. */
  readonly ignoreUnknownFields?: boolean | undefined;
  /** Refuse unknown enum values even where unknown fields are skipped, rather than read them as absent. Default false. */
  readonly refuseUnknownEnumNames?: boolean | undefined;
  /** The messages that a `google.protobuf.Any` may hold. */
  readonly registry?: TypeRegistry | undefined;
}

/** Turns one JSON value into a value; every generated `...FromJson` is one. */
export type ReadJson<T> = (json: JsonInput, reader: JsonReader) => T;

/**
 * The state of one reading: options, path, depth. Serves one message and is not used again after an error.
 * All its errors are JsonReadErrors whose text names the field, for instance
 * `items[2].quantity: expected an integer from 0 to 4294967295, got a string`, and never what was read.
 */
export class JsonReader {
  readonly path: JsonPath = new JsonPath();
  readonly ignoreUnknownFields: boolean;
  readonly skipsUnknownEnumNames: boolean;
  readonly registry: TypeRegistry | undefined;
  #isSkipped = false;
  #isVeiled = false;

  constructor(options?: JsonReadOptions) {
    this.ignoreUnknownFields = options?.ignoreUnknownFields ?? false;
    this.skipsUnknownEnumNames = this.ignoreUnknownFields && options?.refuseUnknownEnumNames !== true;
    this.registry = options?.registry;
  }

  /** Goes one level deeper, up to 100. */
  enter(): void {
    if (!this.path.enter()) this.fail(`nested deeper than ${jsonDepthMax} levels`, "limit");
  }

  leave(): void {
    this.path.leave();
  }

  /** Reads a value that stands at a step of the path. */
  at<T>(step: string | number, json: JsonInput, read: ReadJson<T>): T {
    this.path.push(step);
    const value = read(json, this);
    this.path.pop();
    return value;
  }

  /** Whether what is being read stands in a secret field. */
  get isVeiled(): boolean {
    return this.#isVeiled;
  }

  /** Reads a value in a secret field. */
  veil<T>(json: JsonInput, read: ReadJson<T>): T {
    const before = this.#isVeiled;
    this.#isVeiled = true;
    const value = read(json, this);
    this.#isVeiled = before;
    return value;
  }

  /** Marks the value that is being read as one to leave out: an unknown enum value name under `ignoreUnknownFields`. */
  skip(): void {
    this.#isSkipped = true;
  }

  /** Whether the value just read is to be left out; asking resets it. */
  wasSkipped(): boolean {
    const isSkipped = this.#isSkipped;
    this.#isSkipped = false;
    return isSkipped;
  }

  expected(what: string, json: unknown): never {
    return this.fail(`expected ${what}, got ${kindOfJson(json)}`);
  }

  fail(problem: string, kind: "malformed" | "limit" = "malformed"): never {
    throw new JsonReadError(kind, this.path.toString(), problem);
  }
}

export interface JsonWriteOptions {
  /** Write fields without presence even where they are zero or empty. Default false. */
  readonly emitDefaults?: boolean | undefined;
  /** Write enum values as numbers instead of names. Default false. */
  readonly enumsAsNumbers?: boolean | undefined;
  /** The messages that a `google.protobuf.Any` may hold. */
  readonly registry?: TypeRegistry | undefined;
}

/** Turns one value into JSON; every generated `...ToJson` is one. */
export type WriteJson<T> = (value: T, writer: JsonWriter) => JsonValue;

/** Turns the key of a map into what its name in JSON is made of. */
export type WriteJsonKey<K> = (key: K, writer: JsonWriter) => string | number | boolean;

/**
 * The state of one writing: options, path, depth. Serves one message and is not used again after an error.
 * All its errors are JsonWriteErrors whose text names the field and never its contents.
 */
export class JsonWriter {
  readonly path: JsonPath = new JsonPath();
  readonly emitDefaults: boolean;
  readonly enumsAsNumbers: boolean;
  readonly registry: TypeRegistry | undefined;
  /** Whether a -0 was written, which needs a printer that keeps its sign. */
  hasNegativeZero = false;

  constructor(options?: JsonWriteOptions) {
    this.emitDefaults = options?.emitDefaults ?? false;
    this.enumsAsNumbers = options?.enumsAsNumbers ?? false;
    this.registry = options?.registry;
  }

  /** Goes one level deeper, up to 100: a value that contains itself ends here. */
  enter(): void {
    if (!this.path.enter()) this.fail(`nested deeper than ${jsonDepthMax} levels`);
  }

  leave(): void {
    this.path.leave();
  }

  /** Writes a value that stands at a step of the path. */
  at<T, J extends JsonValue>(step: string | number, value: T, write: (value: T, writer: JsonWriter) => J): J {
    this.path.push(step);
    const json = write(value, this);
    this.path.pop();
    return json;
  }

  /** A finite number, for which JSON has a number. */
  number(value: number): number {
    if (value === 0 && Object.is(value, -0)) this.hasNegativeZero = true;
    return value;
  }

  /** An enum value by its name or, where it has none or `enumsAsNumbers` says so, its number. */
  enum(name: string, number: number): JsonValue {
    if (!Number.isInteger(number)) this.fail("expected a value of its enum, got something else");
    return this.enumsAsNumbers || name.startsWith("#") ? number : name;
  }

  expected(what: string, value: unknown): never {
    return this.fail(`expected ${what}, got ${describe(value, what)}`);
  }

  fail(problem: string): never {
    throw new JsonWriteError(this.path.toString(), problem);
  }
}

/** A message inside an Any, between its bytes and its JSON. */
export interface RegisteredType {
  readonly name: string;
  readonly toJson: (bytes: Uint8Array, writer: JsonWriter) => JsonValue;
  readonly fromJson: (json: JsonInput, reader: JsonReader) => Uint8Array;
}

/** The messages that a `google.protobuf.Any` may hold, by full name: `new TypeRegistry().add(OrderCodec)`. */
export class TypeRegistry {
  readonly #types = new Map<string, RegisteredType>();

  /** Adds a generated codec, in place of one with the same name. */
  add<Out extends In, In>(codec: BinaryCodec<Out, In> & JsonCodec<Out, In>): this {
    this.#types.set(codec.name, {
      name: codec.name,
      toJson: (bytes, writer) => codec.toJson(fromBytes(codec, bytes), writer),
      fromJson: (json, reader) => toBytes(codec, codec.fromJson(json, reader)),
    });
    return this;
  }

  /** The type with this full name, undefined where it was not added. */
  find(name: string): RegisteredType | undefined {
    return this.#types.get(name);
  }
}
