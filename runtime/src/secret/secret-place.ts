/** Finds out what is secret in one field of a message. */

import type { SecretField, SecretFields } from "./secret-fields.js";

/** What is known of the secrets in one field's value. */
export interface SecretPlace {
  readonly isSecret?: boolean;
  readonly isMap?: boolean;
  readonly inside?: SecretFields | undefined;
}

/** What is known of the field `name` of `owner`, whose type has these secrets; undefined where nothing is secret there. */
export function placeIn(
  secrets: SecretFields | undefined,
  name: string,
  owner: Readonly<Record<string, unknown>>,
): SecretPlace | undefined {
  if (secrets === undefined) return undefined;
  if (secrets.isUnion === true) {
    if (name !== "value") return undefined;
    // A test may expect a value without saying of which member, which may be a secret one.
    return typeof owner["kind"] === "string" ? placeOf(own(secrets.fields, owner["kind"])) : { isSecret: true };
  }
  const members = own(secrets.unions, name);
  if (members !== undefined) return { inside: { isUnion: true, fields: members } };
  return placeOf(own(secrets.fields, name));
}

function placeOf(field: SecretField | undefined): SecretPlace | undefined {
  if (field === undefined) return undefined;
  return { isSecret: field.inside === undefined, isMap: field.isMap === true, inside: field.inside?.() };
}

/** A property that is there by itself: names of fields come from elsewhere, and one may be `constructor`. */
function own<T>(record: Readonly<Record<string, T>> | undefined, name: unknown): T | undefined {
  return record !== undefined && typeof name === "string" && Object.hasOwn(record, name) ? record[name] : undefined;
}
