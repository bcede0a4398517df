/** One start of a call on one server: keeps the server's figures, and tells how the call ended. */

import type { RpcError } from "../../error/rpc-error.js";
import type { StatusCode } from "../../error/status.js";
import type { AnyCall, AttemptWatcher } from "../any-call.js";
import type { ClientSession } from "../client-session.js";
import type { Breaker } from "./breaker.js";
import type { FleetMember } from "./fleet-member.js";

/** What a call's end says about its server; undefined where it says nothing. */
export type Outcome = "success" | "failure" | undefined;

/** A call that flies, without its messages' types. */
export type FlownCall = Pick<AnyCall, "info"> & { readonly attempt: AttemptWatcher | undefined };

/** Receives what became of a flight. */
export interface FlightSink {
  landed(flight: Flight, outcome: Outcome): void;
}

const failureCodes: ReadonlySet<StatusCode> = new Set<StatusCode>([
  "unavailable",
  "internal",
  "deadline-exceeded",
  "resource-exhausted",
]);

export class Flight implements AttemptWatcher {
  readonly member: FleetMember;
  readonly session: ClientSession;
  /** In the clock's milliseconds. */
  readonly startedAt: number;
  /** The member's at the start, and what it gave. */
  readonly breaker: Breaker | undefined;
  readonly era: number;
  /** Whether the time to the end is the time that the server took. */
  readonly isTimed: boolean;
  /** The start of the same call before this one, where there was one. */
  private readonly before: Flight | undefined;
  private readonly sink: FlightSink;
  private isUnderWay = true;

  constructor(call: FlownCall, member: FleetMember, session: ClientSession, now: number, sink: FlightSink) {
    this.member = member;
    this.session = session;
    this.startedAt = now;
    this.sink = sink;
    this.breaker = member.breaker;
    this.era = this.breaker?.begin() ?? 0;
    this.isTimed = call.info.shape === "unary";
    this.before = call.attempt instanceof Flight ? call.attempt : undefined;
    member.inFlight++;
    if (this.isTimed) member.timed++;
  }

  /** Addresses of the servers that the call was started on, the last one first. */
  get tried(): readonly string[] {
    return [this.member.address, ...(this.before?.tried ?? [])];
  }

  ended(error: RpcError | undefined, wasSent: boolean): void {
    if (!this.isUnderWay) return;
    this.isUnderWay = false;
    this.member.inFlight--;
    if (this.isTimed) this.member.timed--;
    this.sink.landed(this, wasSent ? this.outcome(error) : undefined);
  }

  private outcome(error: RpcError | undefined): Outcome {
    if (error === undefined) return "success";
    const { member, session } = this;
    if (error.code === "cancelled") return undefined;
    // What the method declares is an answer like any other, and so are codes that speak of the request.
    if (error.typeName !== undefined || !failureCodes.has(error.code)) return "success";
    if (session.connection.isAlive) return "failure";
    // A lost connection takes all its calls along, and is one failure.
    const isCounted = member.lostSession === session;
    member.lostSession = session;
    return isCounted ? undefined : "failure";
  }
}
