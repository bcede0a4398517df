/** Takes the secrets out of a message that is JSON already; everything else stays as it is. */

import { type SecretField, type SecretFields, secretMark, type Secrets } from "../../secret/secret-fields.js";
import { isJsonList, isJsonObject, type JsonValue } from "./json-value.js";

/** What stands in the place of a secret; undefined leaves its field out. */
export type ReplaceSecret = (value: JsonValue) => JsonValue | undefined;

/**
 * The JSON with `[secret]`, or with what `replace` makes of it, in the place of every secret. The JSON that comes in is not
 * changed; parts without secrets are shared with it.
 */
export function redactJson(
  secrets: Secrets | undefined,
  json: JsonValue,
  replace: ReplaceSecret = () => secretMark,
): JsonValue {
  if (secrets === undefined) return json;
  return secrets === "all" ? (replace(json) ?? null) : fieldsOf(secrets, json, replace);
}

function fieldsOf(secrets: SecretFields, json: JsonValue, replace: ReplaceSecret): JsonValue {
  if (isJsonList(json)) return json.map((item) => fieldsOf(secrets, item, replace));
  if (!isJsonObject(json)) return json;
  const places = placesByJson(secrets);
  const kept = Object.entries(json).flatMap(([name, value]): readonly (readonly [string, JsonValue])[] => {
    const place = places.get(name);
    const shown = place === undefined ? value : fieldOf(place, value, replace);
    return shown === undefined ? [] : [[name, shown]];
  });
  return Object.fromEntries(kept);
}

function fieldOf(place: SecretField, value: JsonValue, replace: ReplaceSecret): JsonValue | undefined {
  const inside = place.inside?.();
  if (inside === undefined) return replace(value);
  if (place.isMap !== true || !isJsonObject(value)) return fieldsOf(inside, value, replace);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fieldsOf(inside, each, replace)]));
}

const known = new WeakMap<SecretFields, ReadonlyMap<string, SecretField>>();

/** Members of inline unions stand among the fields of their message in JSON. */
function placesByJson(secrets: SecretFields): ReadonlyMap<string, SecretField> {
  const before = known.get(secrets);
  if (before !== undefined) return before;
  const places = new Map<string, SecretField>();
  for (const group of [secrets.fields, ...Object.values(secrets.unions ?? {})]) {
    for (const [name, field] of Object.entries(group)) places.set(field.json ?? name, field);
  }
  known.set(secrets, places);
  return places;
}
