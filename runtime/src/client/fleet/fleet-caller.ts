/** A Caller over many servers: many links, one queue, and a picker that chooses among those that may get calls. */

import { shownAddress } from "../../address.js";
import { createPicker } from "../../balance/create-picker.js";
import type { Picker, PickerTools } from "../../balance/picker.js";
import type { Caller, OutgoingCall, RoutedCall } from "../../call/outgoing-call.js";
import { Alarm } from "../../clock.js";
import { RpcError } from "../../error/rpc-error.js";
import type { Counters } from "../../events.js";
import { tell } from "../../events.js";
import type { FleetEvent } from "../../fleet-event.js";
import type { ChannelPolicy } from "../../resilience/policies.js";
import { ManyCall } from "../many-call.js";
import type { MemberView } from "../member-view.js";
import { OpenCall, startsMax } from "../open-call.js";
import { closedError, unsent } from "../unsent.js";
import { WaitingCalls, type FailedCall } from "../waiting-calls.js";
import type { Breaker } from "./breaker.js";
import { findEligible } from "./eligible.js";
import type { FleetMember } from "./fleet-member.js";
import { Flight, type Outcome } from "./flight.js";
import { Membership, type MembershipOptions } from "./membership.js";
import { Outliers } from "./outliers.js";
import { describeStanding } from "./standing.js";

export interface FleetCallerOptions extends MembershipOptions {
  /** Fails calls at once while no server can be reached, instead of at their deadlines. */
  readonly failFast: boolean;
  readonly closeGraceMs: number;
}

export class FleetCaller implements Caller {
  readonly counters: Counters;
  private readonly options: FleetCallerOptions;
  private readonly membership: Membership;
  private readonly waiting: WaitingCalls;
  private readonly outliers: Outliers<FleetMember> | undefined;
  /** Rings when an ejection or a breaker's wait is over, and when rates of success are due to be looked at. */
  private readonly alarm: Alarm;
  private readonly tools: PickerTools;
  private eligible: readonly FleetMember[] = [];
  private picker: Picker<FleetMember> | undefined;
  private isStale = false;
  private isBroken = false;
  private isPanic = false;
  private isClosed = false;
  private sweepAt = Infinity;

  constructor(options: FleetCallerOptions) {
    const { clock, random, fleet } = options;
    this.options = options;
    this.counters = options.counters;
    this.tools = { clock, random };
    this.alarm = new Alarm(clock, () => this.ring());
    this.waiting = new WaitingCalls({ ...options, lack: (until) => this.lack(until) });
    this.membership = new Membership(options, {
      changed: () => this.changed(),
      room: () => this.startWaiting(),
      failed: () => this.failWaiting(),
      breakerChanged: (member, breaker) => this.breakerChanged(member, breaker),
    });
    if (fleet.outliers !== undefined) {
      this.outliers = new Outliers(
        fleet.outliers,
        () => this.membership.members.values(),
        (member, reason, forMs) => this.ejected(member, reason, forMs),
      );
    }
    if (fleet.isEager) this.membership.start();
  }

  /** The servers as they are known now, in the order of their list. */
  views(): readonly MemberView[] {
    return [...this.membership.members.values()].map(({ view }) => view);
  }

  /** Puts what a policy says in the place of the options, for calls to come; what it leaves out falls back to them. */
  apply(policy: ChannelPolicy): void {
    this.membership.apply(policy);
  }

  one<In, Out>(call: OutgoingCall<In, Out>, turn?: number): Promise<Out> {
    return new Promise<Out>((resolve, reject) => this.launch(new OpenCall(call, resolve, reject, this.again), turn));
  }

  many<In, Out>(call: OutgoingCall<In, Out>): AsyncIterable<Out> {
    return { [Symbol.asyncIterator]: () => new ManyCall<In, Out>(call, (open) => this.launch(open), this.again) };
  }

  async close(reason?: RpcError): Promise<void> {
    const { clock, closeGraceMs, name } = this.options;
    this.isClosed = true;
    this.alarm.cancel();
    this.waiting.close((call) => reason ?? closedError(call, name));
    const timer = clock.timer(closeGraceMs, () => {
      const text = `${name}: the channel was closed, and closeGraceMs = ${closeGraceMs} is over`;
      void this.membership.cut(new RpcError("unavailable", text));
    });
    await this.membership.close(reason);
    timer.cancel();
  }

  private launch<In, Out>(call: OpenCall<In, Out>, turn?: number): void {
    const member = this.waiting.size === 0 && !this.isClosed ? this.choose(call) : undefined;
    if (member === undefined) this.holdBack(call, turn);
    else this.start(call, member, turn);
  }

  private start<In, Out>(call: OpenCall<In, Out>, member: FleetMember, turn?: number): void {
    const { session } = member.link;
    if (session === undefined) return;
    call.call.onServer?.(member.shown);
    call.attempt = new Flight(call, member, session, this.options.clock.turn(), this);
    if (member.breaker?.isPassable === false) this.isStale = true;
    session.start(call, turn);
  }

  private holdBack<In, Out>(call: OpenCall<In, Out>, turn: number | undefined): void {
    const { clock, failFast } = this.options;
    if (call.isOver) return;
    if (call.signal?.aborted === true) return call.giveUp(call.abortError(call.signal.reason));
    if (this.isClosed) return call.giveUp(closedError(call, this.options.name));
    this.membership.start();
    const now = clock.now();
    if (turn !== undefined) call.postpone(now - turn);
    if (call.deadlineAt > now && (this.isBroken || (failFast && this.membership.isHopeless))) {
      return call.giveUp(this.refusal(call));
    }
    const start = (open: OpenCall<In, Out>): boolean => {
      const member = this.choose(open);
      if (member !== undefined) this.start(open, member);
      return member !== undefined || open.isOver;
    };
    // Those who wait already may all wait for one server, and nobody tells of room that was there all the time.
    if (this.waiting.add(call, start)) this.startWaiting();
  }

  private readonly again = <In, Out>(call: OpenCall<In, Out>): boolean => {
    if (this.isClosed || call.attempts >= startsMax) return false;
    // Not at once: whoever refused the call is still in the middle of telling so.
    this.options.clock.endOfTurn(() => this.launch(call));
    return true;
  };

  /** The server for a call; undefined where it has to wait, or has failed. */
  private choose<In, Out>(call: OpenCall<In, Out>): FleetMember | undefined {
    if (this.isStale) this.renew();
    const { trail } = call.call;
    if (trail?.boundTo !== undefined) return this.only(trail.boundTo, call);
    let picked: FleetMember | undefined;
    try {
      picked = this.picker?.pick(routed(call));
    } catch (thrown) {
      call.giveUp(call.error("internal", `the balancer ${this.options.balancer.name} threw`, thrown));
      return undefined;
    }
    if (picked?.hasRoom === true) return picked;
    const member = this.leastBusy();
    // The picker has written down where the call goes, and was wrong.
    if (picked !== undefined) trail?.tried.pop();
    if (member !== undefined) trail?.tried.push(member.address);
    return member;
  }

  private only<In, Out>(address: string, call: OpenCall<In, Out>): FleetMember | undefined {
    const member = this.membership.members.get(address);
    if (member === undefined && this.membership.hasResolved) {
      const text = `the call is bound to ${shownAddress(address)}, which is no server of ${this.options.name} any more`;
      call.giveUp(unsent(call, "unavailable", text));
    }
    return member?.hasRoom === true ? member : undefined;
  }

  private leastBusy(): FleetMember | undefined {
    let best: FleetMember | undefined;
    for (const member of this.eligible) {
      if (member.hasRoom && (best === undefined || member.inFlight < best.inFlight)) best = member;
    }
    return best;
  }

  private renew(): void {
    const { fleet, balancer } = this.options;
    this.isStale = false;
    const { members, isPanic, fit, connected, isBroken } = findEligible(
      this.membership.members.values(),
      fleet.panicPercent,
    );
    this.isBroken = isBroken;
    if (isPanic !== this.isPanic) {
      this.isPanic = isPanic;
      this.tell({ kind: "panic", service: this.options.name, isOn: isPanic, eligible: fit, connected });
    }
    this.eligible = members;
    this.picker = createPicker(balancer, members, this.tools, this.picker);
  }

  private changed(): void {
    this.isStale = true;
    this.startWaiting();
  }

  private startWaiting(): void {
    if (this.waiting.size === 0) return;
    if (this.isStale) this.renew();
    this.waiting.startWhile(() => this.eligible.some((member) => member.hasRoom));
    if (this.waiting.size === 0) return;
    if (this.isBroken) this.waiting.failAll((call) => this.refusal(call));
    for (const member of this.eligible) member.link.session?.awaitRoom();
  }

  private failWaiting(): void {
    if (!this.options.failFast || !this.membership.isHopeless) return;
    this.waiting.failAll((call) => this.refusal(call));
  }

  /** A start of a call has ended. */
  landed(flight: Flight, outcome: Outcome): void {
    if (this.isClosed) return;
    const { member, breaker, era, startedAt, isTimed } = flight;
    const now = this.options.clock.turn();
    if (outcome === "success" && isTimed) member.answered(now - startedAt, now);
    const isFailure = outcome === undefined ? undefined : outcome === "failure";
    breaker?.ended(era, isFailure);
    if (isFailure === undefined || this.outliers === undefined) return;
    this.outliers.count(member, isFailure, now);
    if (this.sweepAt === Infinity) this.planSweep(now);
  }

  private planSweep(now: number): void {
    this.sweepAt = now + (this.options.fleet.outliers?.intervalMs ?? Infinity);
    this.alarm.noLaterThan(this.sweepAt);
  }

  private ejected(member: FleetMember, reason: string, forMs: number): void {
    this.tell({ kind: "ejected", service: this.options.name, address: member.shown, reason, forMs });
    this.alarm.noLaterThan(member.outlier.ejectedUntil);
    this.changed();
  }

  private breakerChanged({ shown: address }: FleetMember, { state, until }: Breaker): void {
    const { clock, name: service } = this.options;
    const forMs = until - clock.now();
    if (state === "open") this.tell({ kind: "breaker-opened", service, address, forMs });
    if (state === "closed") this.tell({ kind: "breaker-closed", service, address });
    else this.alarm.noLaterThan(until);
    this.changed();
  }

  private ring(): void {
    const now = this.options.clock.now();
    for (const { address } of this.outliers?.release(now) ?? []) {
      this.tell({ kind: "unejected", service: this.options.name, address });
    }
    if (now >= this.sweepAt) {
      this.sweepAt = Infinity;
      if (this.outliers?.sweep(now) === true) this.planSweep(now);
    }
    let next = this.sweepAt;
    for (const { outlier, breaker } of this.membership.members.values()) {
      breaker?.wake(now);
      if (outlier.isEjected) next = Math.min(next, outlier.ejectedUntil);
      if (breaker !== undefined && breaker.state !== "closed") next = Math.min(next, breaker.until);
    }
    if (next !== Infinity) this.alarm.noLaterThan(next);
    this.changed();
  }

  private refusal(call: FailedCall): RpcError {
    return unsent(call, "unavailable", `no server of ${this.options.name} takes calls: ${this.standing()}`);
  }

  private lack(until: string): string {
    return `no server of ${this.options.name} ${until}: ${this.standing()}`;
  }

  private standing(): string {
    const { members, resolveFailure, hasResolved } = this.membership;
    return describeStanding(members.values(), resolveFailure, hasResolved, this.options.clock.now());
  }

  private tell(event: FleetEvent): void {
    tell(this.options.observe, event);
  }
}

/** The call as the picker sees it: with the servers that it was started on before, where there were any. */
function routed<In, Out>({ call, attempt }: OpenCall<In, Out>): RoutedCall {
  if (call.trail !== undefined || !(attempt instanceof Flight)) return call;
  return { ...call, trail: { tried: [...attempt.tried] } };
}
