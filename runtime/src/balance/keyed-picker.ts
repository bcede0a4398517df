/** The picker of ring hash and Maglev: a key is looked up in a table, which is built once for a list of members. */

import type { OutgoingCall } from "../call/outgoing-call.js";
import { hashOf, type HashKey } from "./hash-key.js";
import { inAgreedOrder } from "./hash-text.js";
import type { Member, Picker, PickerTools } from "./picker.js";

/** A table that says to which position of a list each hash belongs. */
export interface KeyTable {
  /** `hash` has 32 bits; the list is not empty. */
  find(hash: number): number;
}

/** A table that knows what part of all hashes belongs to each position. */
export interface ShareTable extends KeyTable {
  /** They are 1 together. */
  shares(): Float64Array;
}

/** What a table depends on: the names of members and their weights as registries know them. */
export interface Share {
  readonly address: string;
  /** Above 0. */
  readonly weight: number;
}

/** Makes a table, of parts of one that it has made before where that is quicker. Equal shares make equal tables, whatever was before. */
export type BuildTable = (shares: readonly Share[], before: KeyTable | undefined) => KeyTable;

/**
 * Takes weights from the endpoints and not from the members: a slow start would move keys back and forth. The table is built
 * when the first call needs it, since lists often change several times before, and is taken over from the picker before
 * where nothing has changed that it depends on.
 */
export class KeyedPicker<M extends Member> implements Picker<M> {
  private readonly list: readonly M[];
  private readonly key: HashKey;
  private readonly random: () => number;
  private readonly build: BuildTable;
  private readonly shares: readonly Share[];
  private table: KeyTable | undefined;
  /** The last one that was made, for a list as it once was; until there is one for this list. */
  private last: KeyTable | undefined;

  constructor(members: readonly M[], tools: PickerTools, before: Picker | undefined, key: HashKey, build: BuildTable) {
    const weighted = members.filter(({ endpoint }) => endpoint.weight > 0);
    this.list = inAgreedOrder(weighted.length > 0 ? weighted : members);
    this.shares = this.list.map(({ endpoint: { address, weight } }) => ({ address, weight: weight > 0 ? weight : 1 }));
    this.key = key;
    this.random = tools.random;
    this.build = build;
    if (!(before instanceof KeyedPicker) || before.build !== build) return;
    if (areSame(before.shares, this.shares)) this.table = before.table;
    this.last = before.table ?? before.last;
  }

  pick(call: OutgoingCall<unknown, unknown>): M | undefined {
    const { list } = this;
    if (list.length < 2) return list[0];
    const hash = hashOf(this.key, call);
    if (hash < 0) return list[Math.floor(this.random() * list.length)];
    this.table ??= this.make();
    return list[this.table.find(hash)];
  }

  private make(): KeyTable {
    const table = this.build(this.shares, this.last);
    this.last = undefined;
    return table;
  }
}

function areSame(before: readonly Share[], now: readonly Share[]): boolean {
  return (
    before.length === now.length &&
    now.every(({ address, weight }, i) => before[i]?.address === address && before[i]?.weight === weight)
  );
}
