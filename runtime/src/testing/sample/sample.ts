/** Makes samples of messages: whole, right by their rules, and the same ones for the same seed. */

import { randomFrom, seedFor } from "../seeded-random.js";
import { SampleError } from "./sample-error.js";
import { sampleScalar } from "./sample-scalar.js";
import type { SampleField, SampleRules, SampleShape, SampleType, SampleUnion } from "./sample-shape.js";
import { standardSample } from "./standard-sample.js";

export interface SampleOptions {
  /** The same seed makes the same sample; 1 where left out. */
  readonly seed?: number | undefined;
}

/** What a test says itself: some properties of a message, or the kind of a union's member. */
export type SampleOverrides<T> = T extends { readonly kind: infer Kind; readonly value: unknown }
  ? { readonly kind?: Kind | undefined; readonly value?: T["value"] | undefined }
  : Partial<T>;

/** A generated factory, for instance `sampleOrder`. */
export type SampleFactory<T> = (overrides?: SampleOverrides<T>, options?: SampleOptions) => T;

/** Below this, what may be left out is left out. */
const fullDepth = 3;
/** Below this no message is that does not hold itself. */
const depthMax = 40;
const noRules: SampleRules = {};

/**
 * A complete message of this shape. Properties of `overrides` take the place of what would be made, and are not checked: what breaks a
 * rule on purpose is a sample, too. Throws a SampleError where a field's rules leave no value that can be found.
 */
export function sample<T>(
  shape: SampleShape<T>,
  overrides: SampleOverrides<T> | undefined,
  options: SampleOptions = {},
): T {
  const random = randomFrom(seedFor(options.seed ?? 1, shape.name));
  const given = (overrides ?? {}) as Readonly<Record<string, unknown>>;
  // The shape was generated beside the type that it says.
  return new SampleMaker(random).message(shape, 0, shape.name, given) as T;
}

/** So many samples of one factory, each different: `samples(sampleOrder, 100)`. */
export function samples<T>(factory: SampleFactory<T>, count: number, options: SampleOptions = {}): T[] {
  const seed = options.seed ?? 1;
  return Array.from({ length: count }, (_, index) => factory(undefined, { seed: seedFor(seed, String(index)) }));
}

class SampleMaker {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  message(shape: SampleShape, depth: number, path: string, given: Readonly<Record<string, unknown>> = {}): object {
    if (depth > depthMax) throw new SampleError(path, "it has to hold itself without end");
    const standard = standardSample(shape.name, this.#random);
    if (standard !== undefined) return { ...standard, ...given };
    if (shape.isUnion === true) {
      // A union has plain members only; those of messages may be unions themselves.
      return this.#member(
        shape.members.filter((member) => "type" in member),
        depth,
        path,
        given,
      );
    }
    const made: Record<string, unknown> = {};
    for (const member of shape.members) {
      const { name } = member;
      const value = Object.hasOwn(given, name) ? given[name] : this.#value(member, depth, `${path}.${name}`);
      if (value !== undefined)
        Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
    }
    return made;
  }

  #value(member: SampleField | SampleUnion, depth: number, path: string): unknown {
    if ("oneOf" in member) {
      const isThere = member.isRequired === true || (member.oneOf.length > 0 && this.#isThere(depth));
      return isThere ? this.#member(member.oneOf, depth, path, {}) : undefined;
    }
    const { type, many, rules = noRules } = member;
    if (many === "list") return this.#list(type, rules, depth, path);
    if (many !== undefined) return this.#map(many.key, type, rules, depth, path);
    const isThere = member.isOptional !== true || rules.isRequired === true || this.#isThere(depth);
    return isThere ? this.#one(type, rules, depth, path) : undefined;
  }

  #isThere(depth: number): boolean {
    return depth < fullDepth && this.#random() < 0.8 - depth * 0.15;
  }

  /** A union with one of its members: any at first, deep inside one that ends soonest. */
  #member(
    members: readonly SampleField[],
    depth: number,
    path: string,
    given: Readonly<Record<string, unknown>>,
  ): { readonly kind: string; readonly value: unknown } {
    const choices = depth < fullDepth ? members : shallowest(members);
    const named = members.find(({ name }) => name === given["kind"]);
    const member = named ?? choices[Math.floor(this.#random() * choices.length)];
    if (member === undefined) throw new SampleError(path, "this union has no members");
    if ("value" in given) return { kind: member.name, value: given["value"] };
    const value = this.#one(member.type, member.rules ?? noRules, depth, `${path}.${member.name}`);
    return { kind: member.name, value };
  }

  #one(type: SampleType, rules: SampleRules, depth: number, path: string): unknown {
    if (typeof type === "function") return this.message(type(), depth + 1, path);
    if (typeof type !== "string") return type[Math.floor(this.#random() * type.length)];
    const value = sampleScalar(type, rules, this.#random);
    if (value === undefined) throw new SampleError(path, `no value was found ${ruleText(rules)}`);
    return value;
  }

  #size(rules: SampleRules, depth: number): number {
    const [least, most] = rules.items ?? [0, Infinity];
    const usual = depth < fullDepth ? Math.floor(this.#random() * 4) : 0;
    return Math.min(most, Math.max(least, usual));
  }

  #list(type: SampleType, rules: SampleRules, depth: number, path: string): unknown[] {
    const size = this.#size(rules, depth);
    if (rules.isUnique !== true) {
      return Array.from({ length: size }, () => this.#one(type, rules, depth, `${path}[]`));
    }
    const different = this.#different(size, () => this.#one(type, rules, depth, `${path}[]`));
    return [...this.#enough(different, rules, path).values()];
  }

  #map(key: SampleType, type: SampleType, rules: SampleRules, depth: number, path: string): Map<unknown, unknown> {
    const keys = this.#different(this.#size(rules, depth), () => this.#one(key, noRules, depth, `${path}[]`));
    const own = [...this.#enough(keys, rules, path).values()];
    return new Map(own.map((each) => [each, this.#one(type, rules, depth, `${path}[]`)]));
  }

  /** Values that differ, by a text of each; fewer than wanted where there are not so many. */
  #different(size: number, make: () => unknown): ReadonlyMap<string, unknown> {
    const found = new Map<string, unknown>();
    for (let attempt = 0; found.size < size && attempt < 20 * size; attempt++) {
      const value = make();
      found.set(value instanceof Uint8Array ? value.join() : String(value), value);
    }
    return found;
  }

  #enough<T>(found: ReadonlyMap<string, T>, rules: SampleRules, path: string): ReadonlyMap<string, T> {
    const [least = 0] = rules.items ?? [];
    if (found.size < least) throw new SampleError(path, `no ${least} different values were found`);
    return found;
  }
}

/** Members that need the least nesting: those without messages and, where there are none, those whose messages end soonest. */
function shallowest(members: readonly SampleField[]): readonly SampleField[] {
  const heights = members.map(({ type }) => heightOf(type, []));
  const least = Math.min(...heights);
  return members.filter((_, index) => heights[index] === least);
}

/** How deep a message has to go at least; Infinity where it has to hold itself. */
function heightOf(type: SampleType, within: readonly SampleShape[]): number {
  if (typeof type !== "function") return 0;
  const shape = type();
  if (within.includes(shape)) return Infinity;
  const inner = [...within, shape];
  const heights = shape.members.map((member): number => {
    if ("oneOf" in member) {
      return member.isRequired === true ? Math.min(...member.oneOf.map((each) => heightOf(each.type, inner))) : 0;
    }
    return isNeeded(member) || shape.isUnion === true ? heightOf(member.type, inner) : 0;
  });
  return 1 + (shape.isUnion === true ? Math.min(...heights) : Math.max(0, ...heights));
}

function isNeeded({ many, isOptional, rules }: SampleField): boolean {
  if (many !== undefined) return (rules?.items?.[0] ?? 0) > 0;
  return isOptional !== true || rules?.isRequired === true;
}

function ruleText({ pattern, minLength, maxLength, min, max }: SampleRules): string {
  const said = Object.entries({ pattern, minLength, maxLength, min, max }).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [`@${name}(${typeof value === "string" && name === "pattern" ? JSON.stringify(value) : value})`],
  );
  return `for ${said.join(" ")}`;
}
