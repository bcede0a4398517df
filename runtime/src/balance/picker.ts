/** What chooses the server of a call: the interface of pickers, and what they know of servers. */

import type { RoutedCall } from "../call/outgoing-call.js";
import type { Clock } from "../clock.js";
import type { Endpoint } from "../registry/endpoint.js";

/** What a server says of itself, if it is asked to. */
export interface LoadReport {
  /** Of one core, from 0 on: 1.5 is one and a half cores. */
  readonly cpu: number;
  /** 99th percentile of the delay of the event loop over the last period, in milliseconds. */
  readonly eventLoopDelayMs: number;
  /** Calls whose handlers are running. */
  readonly inFlight: number;
}

/** A server as pickers see it: one object for as long as the channel knows the server; its figures are kept up to date. */
export interface Member {
  readonly endpoint: Endpoint;
  /**
   * What its endpoint says, less while it starts slowly; 0 gets no calls unless all have 0. Never negative or NaN. May
   * change at any time, and pickers see it; a step from 0 or to 0 is a change of the list.
   */
  readonly weight: number;
  /** Calls of this channel that it has not answered yet. */
  readonly inFlight: number;
  /** Peak-sensitive moving average of how long its answers took, in milliseconds (`PeakEwma`); 0 before the first one. */
  readonly latencyMs: number;
  /** What it last said of itself; undefined where nobody asked. */
  readonly load: LoadReport | undefined;
}

/** Chooses among members that are all fit to take calls. Made anew when they change, by `createPicker`. */
export interface Picker<M extends Member = Member> {
  /**
   * Those that it chooses among, where these are not all that it was made for: nobody else needs a connection. May hold
   * more than is used at present.
   */
  readonly members?: readonly M[] | undefined;
  /** The member that takes the call; undefined only where there are none. Never throws. */
  pick(call: RoutedCall): M | undefined;
}

/** What pickers may use of the world. */
export interface PickerTools {
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** A way of balancing: makes a picker for a list of members. */
export interface Balancer {
  /** As it is called in policies, for instance `round-robin`. */
  readonly name: string;
  /** Whether members have to be asked for their load. */
  readonly wantsLoad?: boolean | undefined;
  /** `before` is the picker for the list as it was, so that rotations go on where they were. */
  create<M extends Member>(members: readonly M[], tools: PickerTools, before: Picker | undefined): Picker<M>;
}
