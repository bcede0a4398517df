/** Members, calls and tools for tests of pickers. */

import type { CallTrail, OutgoingCall } from "../../src/call/outgoing-call.js";
import { Metadata, type MetadataInit } from "../../src/call/metadata.js";
import type { LoadReport, Member, Picker, PickerTools } from "../../src/balance/picker.js";
import type { Endpoint } from "../../src/registry/endpoint.js";
import { randomFrom } from "../../src/testing/seeded-random.js";
import { VirtualClock } from "../../src/testing/virtual-clock.js";

/** A member whose figures a test moves. */
export interface TestMember extends Member {
  weight: number;
  inFlight: number;
  latencyMs: number;
  load: LoadReport | undefined;
}

export function member(name: string, weight = 100, zone = ""): TestMember {
  const endpoint: Endpoint = { address: `rpc://${name}:1`, weight, zone, health: "healthy", metadata: new Map() };
  return { endpoint, weight, inFlight: 0, latencyMs: 0, load: undefined };
}

export function members(count: number, weight: (index: number) => number = () => 100): TestMember[] {
  return Array.from({ length: count }, (_, i) => member(`10.0.${i >> 8}.${i & 255}`, weight(i)));
}

export function tools(seed: number): PickerTools {
  return { clock: new VirtualClock(), random: randomFrom(seed) };
}

/** What a picker sees of a call. */
export interface CallSketch {
  readonly request?: unknown;
  readonly metadata?: MetadataInit;
  readonly trail?: CallTrail;
}

export function call({ request, metadata, trail }: CallSketch = {}): OutgoingCall<unknown, unknown> {
  const service = { name: "t.T", fingerprint: "0", source: "t.rpc", methods: [] };
  const info = {
    name: "m",
    wireName: "M",
    shape: "unary" as const,
    throws: [],
    timeoutMs: undefined,
    isIdempotent: false,
  };
  return {
    method: {
      service,
      index: 0,
      info,
      path: "/t.T/M",
      encode: (_writer, _value, position) => position,
      decode: () => undefined,
    },
    request,
    requests: undefined,
    deadlineAt: Infinity,
    signal: undefined,
    metadata: metadata === undefined ? undefined : Metadata.from(metadata),
    onMetadata: undefined,
    ...(trail === undefined ? {} : { trail }),
  };
}

/** How often each member was chosen. `callAt` gives the call of each pick. */
export function count<M extends Member>(
  picker: Picker<M>,
  picks: number,
  callAt: (index: number) => OutgoingCall<unknown, unknown>,
): Map<M, number> {
  const counts = new Map<M, number>();
  for (let i = 0; i < picks; i++) {
    const chosen = picker.pick(callAt(i));
    if (chosen !== undefined) counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
  }
  return counts;
}

/** The greatest deviation of a member's share from what its weight says, relative to that. */
export function unfairness(list: readonly TestMember[], counts: ReadonlyMap<TestMember, number>): number {
  const weights = list.reduce((sum, { weight }) => sum + weight, 0);
  const picks = [...counts.values()].reduce((sum, one) => sum + one, 0);
  return Math.max(...list.map((one) => Math.abs((counts.get(one) ?? 0) / ((picks * one.weight) / weights) - 1)));
}
