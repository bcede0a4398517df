/** Where two pieces of JSON differ, in words. */

import { isJsonList, isJsonObject, type JsonValue } from "../../codec/json/json-value.js";

const differencesMax = 20;
const textUnitsMax = 120;

/**
 * One sentence for each place where what came is not what was recorded, twenty at most. Paths that `ignored` names are passed over:
 * `items[].price` is the price of each item.
 */
export function jsonDifferences(
  recorded: JsonValue | undefined,
  received: JsonValue | undefined,
  ignored: ReadonlySet<string> = new Set(),
): readonly string[] {
  return [...differing(recorded, received, "", "", ignored)].slice(0, differencesMax);
}

/** A text that two pieces of JSON share exactly where there are no differences between them. */
export function jsonKey(json: JsonValue | undefined, ignored: ReadonlySet<string> = new Set()): string {
  return keyOf(json, "", ignored) ?? "";
}

function keyOf(json: JsonValue | undefined, pattern: string, ignored: ReadonlySet<string>): string | undefined {
  if (json === undefined || ignored.has(pattern)) return undefined;
  if (isJsonList(json)) {
    return `[${json.flatMap((item) => keyOf(item, `${pattern}[]`, ignored) ?? []).join(",")}]`;
  }
  if (!isJsonObject(json)) return JSON.stringify(json);
  const dot = pattern === "" ? "" : ".";
  const fields = Object.keys(json)
    .sort()
    .flatMap((name) => {
      const key = keyOf(own(json, name), `${pattern}${dot}${name}`, ignored);
      return key === undefined ? [] : [`${JSON.stringify(name)}:${key}`];
    });
  return `{${fields.join(",")}}`;
}

function* differing(
  recorded: JsonValue | undefined,
  received: JsonValue | undefined,
  path: string,
  pattern: string,
  ignored: ReadonlySet<string>,
): Iterable<string> {
  if (ignored.has(pattern) || recorded === received) return;
  if (recorded !== undefined && received !== undefined) {
    if (isJsonList(recorded) && isJsonList(received)) {
      for (let at = 0; at < Math.max(recorded.length, received.length); at++) {
        yield* differing(recorded[at], received[at], `${path}[${at}]`, `${pattern}[]`, ignored);
      }
      return;
    }
    if (isJsonObject(recorded) && isJsonObject(received)) {
      for (const name of new Set([...Object.keys(recorded), ...Object.keys(received)])) {
        const dot = path === "" ? "" : ".";
        yield* differing(
          own(recorded, name),
          own(received, name),
          `${path}${dot}${name}`,
          `${pattern}${dot}${name}`,
          ignored,
        );
      }
      return;
    }
  }
  yield `${path === "" ? "" : `${path}: `}recorded ${shortText(recorded)}, received ${shortText(received)}`;
}

function own(json: { readonly [name: string]: JsonValue }, name: string): JsonValue | undefined {
  return Object.hasOwn(json, name) ? json[name] : undefined;
}

function shortText(json: JsonValue | undefined): string {
  if (json === undefined) return "nothing";
  const text = JSON.stringify(json);
  return text.length > textUnitsMax ? `${text.slice(0, textUnitsMax)}…` : text;
}
