/** One line of the log for one call: plain fields that any logger takes, and that can never become two lines. */

import type { StatusCode } from "../error/status.js";

/** What is known of a call when it is over; what is not known is left out. */
export interface CallLine {
  readonly side: "client" | "server";
  readonly service: string;
  readonly method: string;
  readonly code: StatusCode | "ok";
  readonly durationMs: number;
  /** Address of the other side; on a client the last one that was tried. */
  readonly peer?: string | undefined;
  /** What went wrong, in a sentence. */
  readonly error?: string | undefined;
  /** On a client, where there was more than one. */
  readonly attempts?: number | undefined;
  readonly requests?: number | undefined;
  readonly requestBytes?: number | undefined;
  readonly answers?: number | undefined;
  readonly answerBytes?: number | undefined;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  /** Those keys that were asked for. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** As JSON, without secrets; only where it was asked for. */
  readonly request?: string | undefined;
  readonly answer?: string | undefined;
}

// How Node's consoles ask an object for what they print of it.
const inspected = Symbol.for("nodejs.util.inspect.custom");

/** Without what is not known, and made so that a console prints it in one line, too: `name=value`, texts as JSON has them. */
export function callLine(fields: CallLine): CallLine {
  const line = { ...fields };
  for (const [name, value] of Object.entries(line) as [string, unknown][]) {
    if (value === undefined) Reflect.deleteProperty(line, name);
    else if (typeof value === "string") Object.assign(line, { [name]: oneLine(value) });
  }
  return Object.defineProperty(line, inspected, { value: () => lineText(line) });
}

function lineText(line: CallLine): string {
  return Object.entries(line)
    .map(([name, value]: readonly [string, unknown]) => `${name}=${oneLine(JSON.stringify(value))}`)
    .join(" ");
}

// Whatever ends a line, moves a cursor, hides text or turns it around: controls, separators, marks of direction, and halves of characters.
const unruly = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/** A text in which everything that could break a line is written as its number. */
export function oneLine(text: string): string {
  return text.replace(unruly, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** So much of a text; how much more there is is said. */
export function cutText(text: string, unitsMax: number): string {
  return text.length <= unitsMax ? text : `${text.slice(0, unitsMax)}… (${text.length} characters)`;
}
