/** Prints JSON with the sign of zero, which `JSON.stringify` drops; otherwise exactly as that does. */

import { isJsonList } from "./json-value.js";
import type { JsonValue } from "./json-value.js";

/** The text of a value. The platform's printer is many times faster, and drops the sign of zero. */
export function jsonText(json: JsonValue, hasNegativeZero: boolean, indent?: number): string {
  return hasNegativeZero ? printJson(json, indent) : JSON.stringify(json, undefined, indent);
}

/** The text of a value; with `indent` spaces per level on lines of its own, else on one line. */
export function printJson(json: JsonValue, indent: number = 0): string {
  // The platform has the same limits: no fewer than none, no more than ten.
  return print(json, " ".repeat(Math.min(10, Math.max(0, Math.trunc(indent)))), "");
}

function print(json: JsonValue, step: string, margin: string): string {
  if (typeof json !== "object" || json === null) return Object.is(json, -0) ? "-0" : JSON.stringify(json);
  const inner = margin + step;
  if (isJsonList(json)) {
    return enclose(
      "[",
      json.map((element) => print(element, step, inner)),
      "]",
      step,
      margin,
    );
  }
  const colon = step === "" ? ":" : ": ";
  const members = Object.entries(json).map(
    ([name, member]) => `${JSON.stringify(name)}${colon}${print(member, step, inner)}`,
  );
  return enclose("{", members, "}", step, margin);
}

function enclose(open: string, parts: readonly string[], close: string, step: string, margin: string): string {
  if (parts.length === 0) return open + close;
  if (step === "") return open + parts.join(",") + close;
  return `${open}\n${parts.map((part) => margin + step + part).join(",\n")}\n${margin}${close}`;
}
