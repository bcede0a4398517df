/** Every client talks to a few of many servers, so that not everybody is connected to everybody. */

import type { OutgoingCall } from "../call/outgoing-call.js";
import { checkText, checkWhole } from "./check-option.js";
import { hashText } from "./hash-text.js";
import type { Balancer, Member, Picker, PickerTools } from "./picker.js";

export interface SubsetOptions {
  /** Which client this is: its index (0, 1, 2, …: the most even), or any name of its own, such as a host name. */
  readonly client: number | string;
  /** How many members it uses; a whole number from 1 on. With fewer members, all. */
  readonly size: number;
}

/** The golden ratio less 1: its multiples, taken modulo 1, are spread evenly wherever one stops. */
const golden = 0.618_033_988_749_894_9;

/**
 * Members stand in a circle, in an order on which all clients agree; a client has a place on it that never changes, and
 * uses the `size` members from there on, among which `inner` chooses. Clients with indexes 0 to N - 1 are spread so that
 * the members' numbers of clients hardly differ; with names, as evenly as chance does. A member that comes or leaves
 * changes a subset by one or two members. With `size` of 20 or more, calls are balanced well and a failure is far from all.
 */
export function subset(inner: Balancer, { client, size }: SubsetOptions): Balancer {
  checkWhole("size", size, 1);
  if (typeof client === "number") checkWhole("client", client, 0);
  else checkText("client", client);
  const place = typeof client === "number" ? (client * golden) % 1 : hashText(client) / 2 ** 32;
  return {
    name: "subset",
    wantsLoad: inner.wantsLoad,
    create: (members, tools, before) =>
      new SubsetPicker(chosen(members, place, size), tools, before instanceof SubsetPicker ? before : undefined, inner),
  };
}

/** Knows nothing of the kind of member, so that a later picker can go on with it. */
class SubsetPicker<M extends Member> implements Picker<M> {
  readonly members: readonly M[];
  readonly kept: Picker;
  private readonly inner: Picker<M>;

  constructor(
    members: readonly M[],
    tools: PickerTools,
    before: { readonly kept: Picker } | undefined,
    inner: Balancer,
  ) {
    this.members = members;
    this.inner = inner.create(members, tools, before?.kept);
    this.kept = this.inner;
  }

  pick(call: OutgoingCall<unknown, unknown>): M | undefined {
    return this.inner.pick(call);
  }
}

function chosen<M extends Member>(members: readonly M[], place: number, size: number): readonly M[] {
  const weighted = members.filter(({ weight }) => weight > 0);
  const usable = weighted.length > 0 ? weighted : members;
  if (usable.length <= size) return usable;
  const circle = inCircle(usable);
  const start = Math.floor(place * circle.length);
  return Array.from({ length: size }, (_, i) => circle[(start + i) % circle.length]).flatMap((member) => member ?? []);
}

function inCircle<M extends Member>(members: readonly M[]): readonly M[] {
  return members
    .map((member) => ({ member, at: hashText(member.endpoint.address), address: member.endpoint.address }))
    .sort((a, b) => a.at - b.at || (a.address < b.address ? -1 : 1))
    .map(({ member }) => member);
}
