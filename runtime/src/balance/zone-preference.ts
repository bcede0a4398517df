/** Calls stay in the zone of the client while its servers can take them. */

import type { OutgoingCall } from "../call/outgoing-call.js";
import { checkNumber, checkText, checkWhole } from "./check-option.js";
import type { Balancer, Member, Picker, PickerTools } from "./picker.js";

export interface ZonePreferenceOptions {
  /** Where this client stands, written as in the registry; "" has no preference. */
  readonly zone: string;
  /** With fewer fit members with weight in the zone, calls go to the members of all zones; 1. */
  readonly membersMin?: number | undefined;
  /**
   * A call whose member in the zone has as many calls of this client in flight goes to another zone, if the member there has fewer
   * for its weight; 100. With Infinity, calls leave the zone only where it has too few members.
   */
  readonly inFlightMax?: number | undefined;
}

/** Prefers the members of the client's own zone, among which `inner` chooses, and spills over into others. */
export function zonePreference(inner: Balancer, options: ZonePreferenceOptions): Balancer {
  checkText("zone", options.zone, 0);
  checkWhole("membersMin", options.membersMin ?? 1, 1);
  checkNumber("inFlightMax", options.inFlightMax ?? 1, 1);
  return {
    name: "zone-preference",
    wantsLoad: inner.wantsLoad,
    create: (members, tools, before) =>
      new ZonePicker(members, tools, before instanceof ZonePicker ? before.inner : {}, inner, options),
  };
}

/** What a later picker goes on with. */
interface InnerPickers {
  readonly near?: Picker | undefined;
  readonly far?: Picker | undefined;
  readonly all?: Picker | undefined;
}

class ZonePicker<M extends Member> implements Picker<M> {
  readonly inner: InnerPickers;
  private readonly near: Picker<M> | undefined;
  /** Where calls spill over to. */
  private readonly far: Picker<M> | undefined;
  private readonly all: Picker<M> | undefined;
  private readonly inFlightMax: number;

  constructor(
    members: readonly M[],
    tools: PickerTools,
    before: InnerPickers,
    inner: Balancer,
    { zone, membersMin = 1, inFlightMax = 100 }: ZonePreferenceOptions,
  ) {
    this.inFlightMax = inFlightMax;
    const near = members.filter(({ endpoint, weight }) => endpoint.zone === zone && weight > 0);
    const far = members.filter(({ endpoint, weight }) => endpoint.zone !== zone && weight > 0);
    if (zone === "" || near.length < Math.max(1, membersMin)) {
      this.all = inner.create(members, tools, before.all);
    } else {
      this.near = inner.create(near, tools, before.near);
      if (far.length > 0) this.far = inner.create(far, tools, before.far);
    }
    this.inner = { near: this.near, far: this.far, all: this.all };
  }

  pick(call: OutgoingCall<unknown, unknown>): M | undefined {
    if (this.all !== undefined) return this.all.pick(call);
    const near = this.near?.pick(call);
    if (near === undefined || (near.inFlight < this.inFlightMax && near.weight > 0)) return near;
    const far = this.far?.pick(call);
    if (far === undefined || far.weight <= 0) return near;
    return near.weight <= 0 || far.inFlight * near.weight < near.inFlight * far.weight ? far : near;
  }
}
