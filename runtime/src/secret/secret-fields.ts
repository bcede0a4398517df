/** Where the secrets of a message stand: what generated code says of the fields that are marked `@secret`. */

/** One field that is secret, or that holds a message with secrets. */
export interface SecretField {
  /** The field's name in JSON, where that is not its property's. */
  readonly json?: string;
  /** What is secret in the message, or in each one of a list or map. Left out where the whole of the field is secret. */
  readonly inside?: () => SecretFields;
  /** The field is a map: what it holds stands under its keys. */
  readonly isMap?: true;
}

/** The fields of a message that are secret or hold something secret, by property. A message without any has none of these. */
export interface SecretFields {
  /** The fields are the members of a union, by kind: one of them stands in `value`. */
  readonly isUnion?: true;
  readonly fields: Readonly<Record<string, SecretField>>;
  /** Members of inline unions, by the union's property and their kind. */
  readonly unions?: Readonly<Record<string, Readonly<Record<string, SecretField>>>>;
}

/** What is secret in a value: fields of a message, or (`"all"`) the whole of it. */
export type Secrets = SecretFields | "all";

/** What stands where a secret stood. */
export const secretMark = "[secret]";
