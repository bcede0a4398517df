/** Compares what a test expects with what has come, and says in words where they part, without telling secrets. */

import { redact } from "../../secret/redact.js";
import { placeIn } from "../../secret/secret-place.js";
import type { SecretFields, Secrets } from "../../secret/secret-fields.js";

/** What is secret at one place: nothing (undefined), fields, or everything. */
type Veil = Secrets | undefined;

/** One sentence for each place where `received` is not what is `expected`; none where it matches. */
export function differences(expected: unknown, received: unknown, secrets: Veil, path = ""): readonly string[] {
  if (typeof expected === "function") {
    return accepts(expected, received)
      ? []
      : [sentence(path, `${shown(received, secrets)} is not what the test asks for`)];
  }
  if (isEqual(expected, received)) return [];
  if (secrets === "all") {
    const isAsExpected = differences(expected, received, undefined).length === 0;
    return isAsExpected ? [] : [sentence(path, "is secret, and not what is expected")];
  }
  if (expected instanceof Map || received instanceof Map) return entriesDiffer(expected, received, secrets, path);
  if (Array.isArray(expected) && Array.isArray(received)) {
    return listsDiffer(expected as readonly unknown[], received as readonly unknown[], secrets, path);
  }
  if (isMessage(expected) && isMessage(received)) {
    // Another member of a union is another message: to compare the two would say nothing, and could show what is secret in one.
    const isOther = "kind" in expected && "value" in received && !isEqual(expected["kind"], received["kind"]);
    const names = Object.keys(expected).filter((name) => !isOther || name !== "value");
    return names.flatMap((name) => {
      // What is expected of no member in particular may be meant for one that is secret.
      const isAnyMember = secrets?.isUnion === true && typeof expected["kind"] !== "string";
      const place = placeIn(secrets, name, isAnyMember ? expected : received);
      const veil = place?.isSecret === true ? "all" : place?.inside;
      return differences(expected[name], received[name], veil, path === "" ? name : `${path}.${name}`);
    });
  }
  return [sentence(path, `expected ${shown(expected, secrets)}, received ${shown(received, secrets)}`)];
}

function listsDiffer(
  expected: readonly unknown[],
  received: readonly unknown[],
  secrets: SecretFields | undefined,
  path: string,
): readonly string[] {
  const length = sentence(path, `expected ${expected.length} items, received ${received.length}`);
  const items = expected.slice(0, received.length);
  return [
    ...(expected.length === received.length ? [] : [length]),
    ...items.flatMap((item, index) => differences(item, received[index], secrets, `${path}[${index}]`)),
  ];
}

function entriesDiffer(
  expected: unknown,
  received: unknown,
  secrets: SecretFields | undefined,
  path: string,
): readonly string[] {
  const own = mapOf(received);
  if (own === undefined) return [sentence(path, `expected a map, received ${shown(received, secrets)}`)];
  return [...(mapOf(expected) ?? [])].flatMap(([key, value]) => {
    return differences(value, own.get(key), secrets, `${path}[${JSON.stringify(String(key))}]`);
  });
}

function mapOf(value: unknown): ReadonlyMap<unknown, unknown> | undefined {
  if (value instanceof Map) return value;
  return isMessage(value) ? new Map(Object.entries(value)) : undefined;
}

function accepts(predicate: unknown, value: unknown): boolean {
  try {
    return (predicate as (value: unknown) => unknown)(value) === true;
  } catch {
    // A predicate that reads what is not there does not accept.
    return false;
  }
}

function isEqual(expected: unknown, received: unknown): boolean {
  if (Object.is(expected, received)) return true;
  if (expected instanceof Date) return received instanceof Date && expected.getTime() === received.getTime();
  if (expected instanceof Uint8Array) {
    return (
      received instanceof Uint8Array &&
      expected.length === received.length &&
      expected.every((byte, index) => byte === received[index])
    );
  }
  return false;
}

function isMessage(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  );
}

/** A value for people, as JSON of bounded size. */
export function shown(value: unknown, secrets: Veil): string {
  if (value === undefined) return "nothing";
  return JSON.stringify(redact(secrets, plain(value), { textUnitsMax: 200, itemsMax: 20, valuesMax: 100 }));
}

/** Predicates inside of what is expected have no JSON of their own. */
function plain(value: unknown): unknown {
  return typeof value === "function" ? "(what a function accepts)" : value;
}

function sentence(path: string, text: string): string {
  return path === "" ? text : `${path}: ${text}`;
}
