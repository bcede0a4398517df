/** Reads and writes W3C's Trace Context: https://www.w3.org/TR/trace-context/. */

import type { Metadata } from "../call/metadata.js";
import type { TraceContext } from "../call/outgoing-call.js";

export const traceParentKey = "traceparent";
export const traceStateKey = "tracestate";

// Version, trace, span, flags. What a version to come adds stands behind another dash.
const parentPattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const memberPattern =
  /^(?:[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13}|[a-z][a-z0-9_\-*/]{0,255})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const noId = /^0+$/;

const membersMax = 32;
/** So much is passed on; vendors that say more lose their longest words, and then their last ones. */
const stateUnitsMax = 512;
const longMemberUnits = 128;
/** Who sends more than this does not mean a trace. */
const hostileUnitsMax = 8192;

/** What metadata says of the trace that its call is part of; undefined where it says nothing, or nothing of use. */
export function readTraceContext(metadata: Metadata): TraceContext | undefined {
  const [parent, ...more] = metadata.getAll(traceParentKey);
  if (parent === undefined || more.length > 0 || parent.length > hostileUnitsMax) return undefined;
  const [, version = "", traceId = "", spanId = "", flags = "", rest] = parentPattern.exec(parent) ?? [];
  if (version === "" || version === "ff" || noId.test(traceId) || noId.test(spanId)) return undefined;
  if (version === "00" && rest !== undefined) return undefined;
  const states = metadata.getAll(traceStateKey);
  if (states.reduce((sum, { length }) => sum + length, 0) > hostileUnitsMax) return undefined;
  // Of the flags only this one is known; those of a version to come may mean anything.
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1, state: cleanState(states.join(",")) };
}

/** Puts a trace in place of what metadata says of one. */
export function writeTraceContext(metadata: Metadata, { traceId, spanId, isSampled, state }: TraceContext): void {
  metadata.set(traceParentKey, `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`);
  if (state === "") metadata.delete(traceStateKey);
  else metadata.set(traceStateKey, state);
}

/** A list that every vendor can read, or "": a mistake in it does not end the trace. */
function cleanState(state: string): string {
  const members = state
    .split(",")
    .map((member) => member.trim())
    .filter((member) => member !== "");
  const keys = new Set(members.map((member) => member.slice(0, member.indexOf("="))));
  const isRight = members.length <= membersMax && keys.size === members.length;
  if (!isRight || !members.every((member) => memberPattern.test(member))) return "";
  let text = members.join(",");
  if (text.length <= stateUnitsMax) return text;
  const short = members.filter(({ length }) => length <= longMemberUnits);
  for (text = short.join(","); text.length > stateUnitsMax; text = short.join(",")) short.pop();
  return text;
}

/** A number of hex digits that are not all zero; `random` gives numbers from 0 to below 1. */
export function newId(digits: 16 | 32, random: () => number): string {
  for (;;) {
    let id = "";
    while (id.length < digits)
      id += Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, "0");
    if (!noId.test(id)) return id;
    // Chance does not give zero twice; whoever passes in a constant gets an id all the same.
    random = () => 0.5;
  }
}
