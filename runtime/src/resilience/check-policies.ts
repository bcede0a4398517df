/** Checks policies, whether they come from a file or from code, and says what is wrong with them in one sentence. */

import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { didYouMean } from "./did-you-mean.js";
import type { CallPolicy } from "../call/outgoing-call.js";
import type { ClientPolicies, PolicyDocument, ServerPolicies } from "./policies.js";
import {
  callShape,
  clientShape,
  documentShape,
  methodPattern,
  rulesMax,
  serverShape,
  type EitherShape,
  type ListShape,
  type NumberShape,
  type ObjectShape,
  type RulesShape,
  type Shape,
  type WordShape,
} from "./policy-shape.js";

/** What a policy file holds, as it was parsed. */
export function checkDocument(json: unknown): PolicyDocument {
  // Editors find the schema by this name; it says nothing itself.
  const isMarked = isObject(json) && typeof json.$schema === "string";
  const said = isMarked ? Object.fromEntries(Object.entries(json).filter(([name]) => name !== "$schema")) : json;
  return checked(said, documentShape, "") as PolicyDocument;
}

/** Policies that code gave to `connect`. */
export function checkClientPolicies(given: ClientPolicies): ClientPolicies {
  const { methods } = given;
  if (!isObject(methods)) return checked(given, clientShape, "") as ClientPolicies;
  const plain: Record<string, unknown> = {};
  const fallbacks = new Map<string, unknown>();
  for (const [name, rule] of Object.entries(methods)) {
    if (!isObject(rule) || !("fallback" in rule)) plain[name] = rule;
    else {
      const { fallback, ...rest } = rule;
      plain[name] = rest;
      fallbacks.set(name, checkFallback(fallback, `methods[${JSON.stringify(name)}].fallback`));
    }
  }
  const { methods: rules = {}, ...others } = checked({ ...given, methods: plain }, clientShape, "") as ClientPolicies;
  const whole = Object.entries(rules).map(([name, rule]) => {
    return [name, fallbacks.has(name) ? { ...rule, fallback: fallbacks.get(name) } : rule];
  });
  return { ...others, methods: Object.fromEntries(whole) as ClientPolicies["methods"] };
}

/** Policies that code gave to `serve`. */
export function checkServerPolicies(given: ServerPolicies): ServerPolicies {
  return checked(given, serverShape, "") as ServerPolicies;
}

/** Policies that one call brought. */
export function checkCallPolicy(given: CallPolicy): CallPolicy {
  return checked(given, callShape, "") as CallPolicy;
}

function checkFallback(fallback: unknown, place: string): unknown {
  const isValue = isObject(fallback) && Object.hasOwn(fallback, "value");
  if (fallback === undefined || fallback === false || typeof fallback === "function" || isValue) return fallback;
  throw wrong("must be a function, { value } or false", place);
}

/** A copy that holds what was checked and nothing else. */
function checked(value: unknown, shape: Shape, place: string): unknown {
  switch (shape.kind) {
    case "number":
      return checkNumber(value, shape, place);
    case "word":
      return checkWord(value, shape, place);
    case "list":
      return checkList(value, shape, place);
    case "object":
      return checkObject(value, shape, place);
    case "rules":
      return checkRules(value, shape, place);
    case "either":
      return checkEither(value, shape, place);
  }
}

function checkNumber(value: unknown, { least, most, isWhole, isEndless }: NumberShape, place: string): number {
  if (isEndless && value === Infinity) return Infinity;
  if (typeof value === "number" && value >= least && value <= most && (!isWhole || Number.isInteger(value)))
    return value;
  throw wrong(`must be a ${isWhole ? "whole " : ""}number from ${least} to ${most}, not ${shown(value)}`, place);
}

function checkWord(value: unknown, { words }: WordShape, place: string): string | boolean {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const names = words.filter((word) => typeof word === "string");
  const guess = typeof value === "string" ? didYouMean(value, names) : "";
  throw wrong(`must be ${words.map((word) => JSON.stringify(word)).join(", ")}, not ${shown(value)}${guess}`, place);
}

function checkList(value: unknown, { of }: ListShape, place: string): unknown[] {
  if (!Array.isArray(value)) throw wrong(`must be a list, not ${shown(value)}`, place);
  const items: readonly unknown[] = value;
  if (items.length === 0 || items.length > of.words.length)
    throw wrong(`must have 1 to ${of.words.length} entries`, place);
  return items.map((item, i) => checkWord(item, of, `${place}[${i}]`));
}

function checkObject(value: unknown, { fields }: ObjectShape, place: string): object {
  if (!isObject(value)) throw wrong(`must be an object, not ${shown(value)}`, place);
  const entries: [string, unknown][] = [];
  for (const [name, given] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      const known = Object.keys(fields);
      throw wrong(`has no field ${shown(name)}${didYouMean(name, known) || `; it has ${known.join(", ")}`}`, place);
    }
    if (given !== undefined) entries.push([name, checked(given, field.shape, inside(place, name))]);
  }
  for (const [name, { isRequired }] of Object.entries(fields)) {
    if (isRequired && !entries.some(([given]) => given === name)) throw wrong(`wants ${name}`, place);
  }
  return Object.fromEntries(entries);
}

function checkRules(value: unknown, { of }: RulesShape, place: string): object {
  if (!isObject(value)) throw wrong(`must be an object, not ${shown(value)}`, place);
  const rules = Object.entries(value);
  if (rules.length > rulesMax) throw wrong(`has more than ${rulesMax} rules`, place);
  const entries = rules.map(([name, rule]): [string, unknown] => {
    if (!methodPattern.test(name)) {
      throw wrong(
        `has a rule for ${shown(name)}; rules are for "*", "package.Service/*" or "package.Service/Method"`,
        place,
      );
    }
    return [name, checkObject(rule, of, `${place}[${JSON.stringify(name)}]`)];
  });
  return Object.fromEntries(entries);
}

function checkEither(value: unknown, { words, or }: EitherShape, place: string): unknown {
  if (words.words.some((word) => word === value)) return value;
  if (isObject(value)) return checkObject(value, or, place);
  const others = words.words.map((word) => JSON.stringify(word)).join(", ");
  throw wrong(`must be an object or ${others}, not ${shown(value)}`, place);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function inside(place: string, name: string): string {
  return place === "" ? name : `${place}.${name}`;
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(plainText(value, 64));
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return plainText(String(value), 64);
}

function wrong(what: string, place = ""): RpcError {
  const where = place === "" ? "the policy" : `the policy's ${plainText(place, 256)}`;
  return new RpcError("invalid-argument", `${where} ${what}`);
}
