/** Collects the numbers and names that a message or enum keeps from coming back, each of them once. */

import { fieldNumberMax } from "../../schema/number-range.js";
import { entry } from "../document.js";
import type { Entry } from "../document.js";
import { rpcString } from "../rpc-text.js";
import type { ProtoReserved } from "./proto-syntax.js";

interface Range {
  readonly from: number;
  readonly to: number;
}

export class Reserved {
  readonly #ranges: Range[] = [];
  readonly #names: Set<string> = new Set();
  readonly #least: number;
  readonly #most: number;
  /** Whether ranges stay as they were written. */
  readonly #keepsOrder: boolean;

  constructor(least: number = 1, most: number = fieldNumberMax, keepsOrder: boolean = false) {
    this.#least = least;
    this.#most = most;
    this.#keepsOrder = keepsOrder;
  }

  addAll({ ranges, names }: ProtoReserved): void {
    for (const { from, to } of ranges) this.add(from, to === "max" ? this.#most : to);
    for (const name of names) this.#names.add(name);
  }

  add(from: number, to: number = from): void {
    const range = { from: Math.max(from, this.#least), to: Math.min(to, this.#most) };
    if (range.from <= range.to) this.#ranges.push(range);
  }

  hasName(name: string): boolean {
    return this.#names.has(name);
  }

  has(number: number): boolean {
    return this.#ranges.some(({ from, to }) => from <= number && number <= to);
  }

  /** The same but for one number. */
  without(number: number): Reserved {
    const rest = new Reserved(this.#least, this.#most, this.#keepsOrder);
    for (const { from, to } of this.#ranges) {
      rest.add(from, from <= number ? Math.min(to, number - 1) : to);
      if (from <= number) rest.add(Math.max(from, number + 1), to);
    }
    for (const name of this.#names) rest.#names.add(name);
    return rest;
  }

  /** The same with names as they were written where it was exported. */
  entryWith(names: readonly string[]): Entry | undefined {
    this.#names.clear();
    for (const name of names) this.#names.add(name);
    return this.entry();
  }

  /** Undefined where nothing is reserved. Ranges that overlap are joined. `spell` says how a name is written here. */
  entry(spell: (name: string) => string = (name) => name): Entry | undefined {
    const joined: Range[] = [];
    const sorted = this.#keepsOrder ? this.#ranges : [...this.#ranges].sort((a, b) => a.from - b.from);
    for (const range of sorted) {
      const last = joined.at(-1);
      if (!this.#keepsOrder && last !== undefined && range.from <= last.to) {
        joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
      } else joined.push(range);
    }
    const numbers = joined.map(({ from, to }) => {
      if (from === to) return String(from);
      return `${from} to ${to === this.#most ? "max" : to}`;
    });
    const parts = [...numbers, ...[...this.#names].map((name) => rpcString(spell(name)))];
    return parts.length === 0 ? undefined : entry({ text: `reserved ${parts.join(", ")}` });
  }
}
