/** Refuses options of balancers that make no sense, in words, when a balancer is made and never when a call is. */

import { RpcError } from "../error/rpc-error.js";

/** A number above 0; Infinity is one. */
export function checkNumber(name: string, value: unknown, least: number = 0): void {
  if (typeof value !== "number" || !(value >= least) || value === 0) {
    throw refused(name, least > 0 ? `a number from ${least} on` : "a number above 0", value);
  }
}

export function checkWhole(name: string, value: unknown, least: number, most: number = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return;
  const range = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `from ${least} on`;
  throw refused(name, `a whole number ${range}`, value);
}

export function checkText(name: string, value: unknown, lengthMin: number = 1): void {
  if (typeof value !== "string" || value.length < lengthMin) {
    throw refused(name, lengthMin > 0 ? "a text that is not empty" : "a text", value);
  }
}

/** What keyed balancers are given. */
export function checkKey(key: unknown): void {
  if (typeof key !== "function") throw refused("key", "what byMetadata, byField or bySource gives, or a function", key);
}

export function refused(name: string, wanted: string, value: unknown): RpcError {
  return new RpcError("invalid-argument", `\`${name}\` of a balancer is ${wanted}, and not ${shown(value)}`);
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 64));
  if (typeof value === "number" || typeof value === "boolean" || value === undefined || value === null)
    return `${value}`;
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}
