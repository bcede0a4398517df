/** Makes the picker that a channel asks: a way of balancing, and the one place in which attempts avoid each other's servers. */

import type { OutgoingCall } from "../call/outgoing-call.js";
import type { Balancer, Member, Picker, PickerTools } from "./picker.js";

/** How often a picker is asked for another member before one is chosen without it. */
const asksMax = 4;

/**
 * Makes a picker for `members`; `before` is what this function made for the list as it was. Channels make their pickers
 * with it and never by `balancer.create`: pickers themselves know nothing of attempts. A call with a trail gets a
 * member that is not on it while there are others, and the member is put on the trail. A picker is asked a few times
 * for another one; one that always gives the same for a call (pick-first, hashes) is passed over for the member that has
 * least in flight for its weight.
 */
export function createPicker<M extends Member>(
  balancer: Balancer,
  members: readonly M[],
  tools: PickerTools,
  before?: Picker,
): Picker<M> {
  return new TrailPicker(
    createInner(balancer, members, tools, before instanceof Wrapper ? before.wrapped : before),
    members,
    tools,
  );
}

/** A balancer of the user's own that throws may fail calls, one by one, but not whoever tells that the list has changed. */
function createInner<M extends Member>(
  balancer: Balancer,
  members: readonly M[],
  tools: PickerTools,
  before: Picker | undefined,
): Picker<M> {
  try {
    return balancer.create(members, tools, before);
  } catch (thrown) {
    const failure = thrown instanceof Error ? thrown : new Error(String(thrown));
    return {
      pick: () => {
        throw failure;
      },
    };
  }
}

/** Knows nothing of the kind of member, so that a later picker can look into it. */
class Wrapper {
  readonly wrapped: Picker;

  constructor(wrapped: Picker) {
    this.wrapped = wrapped;
  }
}

class TrailPicker<M extends Member> extends Wrapper implements Picker<M> {
  private readonly inner: Picker<M>;
  private readonly all: readonly M[];
  private readonly tools: PickerTools;

  constructor(inner: Picker<M>, members: readonly M[], tools: PickerTools) {
    super(inner);
    this.inner = inner;
    this.all = members;
    this.tools = tools;
  }

  get members(): readonly M[] | undefined {
    return this.inner.members;
  }

  pick(call: OutgoingCall<unknown, unknown>): M | undefined {
    const member = this.inner.pick(call);
    const tried = call.trail?.tried;
    if (tried === undefined || member === undefined) return member;
    const chosen = this.avoiding(tried, call, member);
    tried.push(chosen.endpoint.address);
    return chosen;
  }

  private avoiding(tried: readonly string[], call: OutgoingCall<unknown, unknown>, first: M): M {
    if (tried.length === 0) return first;
    let member: M | undefined = first;
    for (let asks = 1; asks <= asksMax; asks++) {
      if (member !== undefined && !tried.includes(member.endpoint.address)) return member;
      if (asks < asksMax) member = this.inner.pick(call);
    }
    return this.leastBusy(tried, this.inner.members ?? this.all) ?? this.leastBusy(tried, this.all) ?? first;
  }

  /** Of those that were not tried and have weight. Starts anywhere, so that not all clients turn to the same one. */
  private leastBusy(tried: readonly string[], members: readonly M[]): M | undefined {
    const start = Math.floor(this.tools.random() * members.length);
    let best: M | undefined;
    let bestLoad = Infinity;
    for (let i = 0; i < members.length; i++) {
      const member = members[(start + i) % members.length];
      if (member === undefined || member.weight <= 0 || tried.includes(member.endpoint.address)) continue;
      const load = (member.inFlight + 1) / member.weight;
      if (load >= bestLoad) continue;
      best = member;
      bestLoad = load;
    }
    return best;
  }
}
