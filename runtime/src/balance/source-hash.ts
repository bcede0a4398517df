/** All calls of one client to the same server, and the clients spread over the servers. */

import { checkText } from "./check-option.js";
import { hashText, inAgreedOrder } from "./hash-text.js";
import type { Balancer, Member, Picker } from "./picker.js";

export interface SourceHashOptions {
  /**
   * Who this client is, for instance its host name or address: the same in every run, different for every client. A client
   * does not see the address that servers see of it, and so has to be told.
   */
  readonly source: string;
}

/**
 * What a source-address hash of a proxy is for, done by the client itself: every client has one member, found by rendezvous
 * hashing from `source` and the members' addresses, and as many clients have a member as its weight says. When one of n
 * members leaves, only its own clients move.
 */
export function sourceHash(options: SourceHashOptions): Balancer {
  const { source } = options;
  checkText("source", source);
  return { name: "source-hash", create: (members) => new SourcePicker(members, source) };
}

class SourcePicker<M extends Member> implements Picker<M> {
  readonly members: readonly M[];
  private readonly chosen: M | undefined;

  constructor(members: readonly M[], source: string) {
    this.chosen = favourite(members, source);
    this.members = this.chosen === undefined ? [] : [this.chosen];
  }

  pick(): M | undefined {
    return this.chosen;
  }
}

/** By the endpoints' weights: a slow start would move clients back and forth. */
function favourite<M extends Member>(members: readonly M[], source: string): M | undefined {
  const isWeightless = members.every(({ endpoint }) => endpoint.weight <= 0);
  let best: M | undefined;
  let least = Infinity;
  for (const member of inAgreedOrder(members)) {
    const { address, weight } = member.endpoint;
    if (weight <= 0 && !isWeightless) continue;
    const fraction = (hashText(source, hashText(address)) + 0.5) / 2 ** 32;
    // The least of exponentially distributed times falls to each as often as its rate says.
    const time = -Math.log(fraction) / (isWeightless ? 1 : weight);
    if (time >= least) continue;
    least = time;
    best = member;
  }
  return best;
}
