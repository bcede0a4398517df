/** Asks a connected server whether it serves, and how busy it is, for as long as its connection takes calls. */

import { Health } from "../../builtin/gen/grpc/health/v1/health.methods.js";
import { LoadReports } from "../../builtin/gen/rpcgen/load/v1/load.methods.js";
import type { MessageCodec } from "../../call/message-codec.js";
import type { OutgoingCall } from "../../call/outgoing-call.js";
import type { Clock } from "../../clock.js";
import { RpcError } from "../../error/rpc-error.js";
import type { Method } from "../../method/method.js";
import { pause } from "../../resilience/pause.js";
import type { ClientSession } from "../client-session.js";
import type { FleetMember } from "./fleet-member.js";

export interface MemberWatchOptions {
  readonly clock: Clock;
  /** Whose health is watched, "" for the server's as a whole; undefined for nobody's. */
  readonly healthOf: string | undefined;
  /** How often the load is asked for; undefined for never. */
  readonly loadEveryMs: number | undefined;
  /** What the connections speak where that is not Protobuf; servers are asked in the same. */
  readonly codec: MessageCodec | undefined;
}

// A server that ends a watch while its connection is open is asked again after so long.
const againMs = 5000;

export class MemberWatch {
  private readonly member: FleetMember;
  private readonly options: MemberWatchOptions;
  private readonly changed: () => void;
  private session: ClientSession | undefined;
  private stop: AbortController | undefined;

  constructor(member: FleetMember, options: MemberWatchOptions, changed: () => void) {
    this.member = member;
    this.options = options;
    this.changed = changed;
    if (options.healthOf !== undefined) member.isServing = undefined;
  }

  /** Watches on this connection from now on, and on no other; undefined for on none. */
  follow(session: ClientSession | undefined): void {
    if (session === this.session) return;
    const { healthOf, loadEveryMs } = this.options;
    this.stop?.abort();
    this.session = session;
    this.member.load = undefined;
    if (session === undefined) return;
    const stop = (this.stop = new AbortController());
    if (healthOf !== undefined) {
      this.member.isServing = undefined;
      void this.watch(Health.watch, { service: healthOf }, session, stop.signal, (answer) =>
        this.serves(answer === undefined || answer.status === "SERVING"),
      );
    }
    if (loadEveryMs !== undefined) {
      void this.watch(LoadReports.watch, { intervalMs: loadEveryMs }, session, stop.signal, (report) => {
        this.member.load = report;
      });
    }
  }

  private serves(isServing: boolean): void {
    if (this.member.isServing === isServing) return;
    this.member.isServing = isServing;
    this.changed();
  }

  /** Tells each answer; undefined where the server has no such service, or cannot be asked for it in this codec. */
  private async watch<In, Out>(
    method: Method<In, Out>,
    request: In,
    session: ClientSession,
    signal: AbortSignal,
    told: (answer: Out | undefined) => void,
  ): Promise<void> {
    while (!signal.aborted && session.connection.isOpen) {
      try {
        const call = this.call(method, request, signal);
        for await (const answer of session.many(call)) {
          // What came at the last moment says nothing of the connection that is watched by now.
          if (signal.aborted) return;
          told(answer);
        }
      } catch (error) {
        if (signal.aborted || !session.connection.isOpen) return;
        // An old server, or one that does not let itself be watched, is not unwell for it.
        if (!RpcError.is(error) || error.code !== "unavailable") return told(undefined);
      }
      await pause(this.options.clock, againMs, signal);
    }
  }

  private call<In, Out>(method: Method<In, Out>, request: In, signal: AbortSignal): OutgoingCall<In, Out> {
    const { codec } = this.options;
    return {
      method: codec === undefined ? method : codec.twin(method),
      request,
      requests: undefined,
      deadlineAt: Infinity,
      signal,
      metadata: undefined,
      onMetadata: undefined,
    };
  }
}
