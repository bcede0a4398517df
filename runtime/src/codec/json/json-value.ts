/** What JSON holds, as TypeScript sees it, and how a value that does not fit is named in an error. */

/** A JSON value: what writing gives, and the value of a field of type `json`. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/**
 * What reading accepts: anything that `JSON.parse` gives, and integers as bigint, which is how
 * `parseJson` keeps the digits of those that a number cannot hold.
 */
export type JsonInput = null | boolean | number | bigint | string | readonly JsonInput[] | JsonInputObject;

/** A JSON object on its way in. */
export interface JsonInputObject {
  readonly [name: string]: JsonInput;
}

/** True for a JSON object: neither null nor a list. */
export function isJsonObject(json: JsonInput): json is JsonInputObject {
  return typeof json === "object" && json !== null && !isJsonList(json);
}

/** True for a JSON list. */
export function isJsonList(json: JsonInput): json is readonly JsonInput[] {
  return Array.isArray(json);
}

/** "a string", "null", "a list": what an error may say about a value, never what is in it. */
export function kindOfJson(json: unknown): string {
  if (json === null) return "null";
  if (Array.isArray(json)) return "a list";
  switch (typeof json) {
    case "undefined":
      return "nothing";
    case "boolean":
      return "a boolean";
    case "number":
      return Number.isNaN(json) ? "NaN" : "a number";
    case "bigint":
      return "an integer";
    case "string":
      return "a string";
    case "object":
      return "an object";
    default:
      return `a ${typeof json}`;
  }
}

/** Sets an own property, also for the one name that assignment would take for the prototype. */
export function setOwn<T>(object: { [name: string]: T }, name: string, value: T): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[name] = value;
  }
}
