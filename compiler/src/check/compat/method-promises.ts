/** What callers of a method rely on besides its messages: its errors, its deadline, and that it may be repeated. */

import type { Comparison } from "./comparison.js";
import type { Finding } from "./finding.js";
import type { Found } from "./make-finding.js";
import { makeFinding } from "./make-finding.js";
import type { MethodPair } from "./pair-methods.js";
import type { MethodSchema } from "../../schema/schema.js";
import { simpleName } from "./type-text.js";

type About = Pick<Found, "name" | "subject" | "newPlace" | "oldPlace" | "touched">;

export function* comparePromises(comparison: Comparison, pair: MethodPair, about: About): Iterable<Finding> {
  yield* compareErrors(comparison, pair, about);
  const { old, new: now } = pair;
  if (isShorter(old.timeoutMs, now.timeoutMs)) {
    yield makeFinding("timeout-shortened", {
      ...about,
      was: timeText(old.timeoutMs),
      is: timeText(now.timeoutMs),
      levels: ["source"],
      why: "Calls that set no deadline of their own end earlier.",
    });
  }
  if ((old.isIdempotent && !now.isIdempotent) || (hasKey(old) && !hasKey(now) && !now.isIdempotent)) {
    yield makeFinding("idempotence-removed", {
      ...about,
      levels: ["source"],
      why: "Clients that were built before go on to repeat calls that failed half-way.",
      breaks: ["oldClientNewServer"],
    });
  }
}

function hasKey(method: MethodSchema): boolean {
  return method.policy?.idempotencyKey !== undefined;
}

function* compareErrors(comparison: Comparison, { old, new: now }: MethodPair, about: About): Iterable<Finding> {
  const before = old.throws.map((name) => comparison.newName(name) ?? name);
  for (const name of now.throws.filter((thrown) => !before.includes(thrown))) {
    yield makeFinding("throws-added", {
      ...about,
      is: simpleName(name),
      levels: ["wire", "source"],
      why: "Old clients get it as a plain error with its code and its sentence, but without its class and its detail.",
      breaks: ["oldClientNewServer"],
    });
  }
  for (const [index, name] of old.throws.entries()) {
    if (now.throws.includes(before[index] ?? name)) continue;
    yield makeFinding("throws-removed", {
      ...about,
      was: simpleName(name),
      levels: ["wire", "source"],
      why: "New clients get it from old servers as a plain error, and code that waits for its class is never reached.",
      breaks: ["newClientOldServer"],
      touched: [{ kind: "declaration", fullName: name }],
    });
  }
}

/** A deadline that was none of the schema's may have been any; that the schema sets one now may cut it. */
function isShorter(was: number | undefined, is: number | undefined): boolean {
  if (is === undefined) return was !== undefined && was > defaultTimeoutMs;
  return was === undefined ? is < defaultTimeoutMs : is < was;
}

/** What clients wait for an answer if nobody says anything else; streams of answers are not limited, and so never longer. */
const defaultTimeoutMs = 30_000;

function timeText(timeoutMs: number | undefined): string {
  return timeoutMs === undefined ? "whatever clients wait by default" : `${timeoutMs} ms`;
}
