/** A Caller with one server: connects when it is needed, again when it has to, and holds calls back in the meantime. */

import type { Caller, OutgoingCall } from "../call/outgoing-call.js";
import type { RpcError } from "../error/rpc-error.js";
import type { Counters } from "../events.js";
import { Link, type LinkOptions } from "./link.js";
import { ManyCall } from "./many-call.js";
import type { MemberView } from "./member-view.js";
import { OpenCall, startsMax } from "./open-call.js";
import { closedError, unsent } from "./unsent.js";
import { WaitingCalls } from "./waiting-calls.js";

// So long after a call that has failed at once, attempts to connect go on without anybody who waits for them.
const wantedMs = 10_000;

export interface DialerOptions extends LinkOptions {
  /** Fails calls at once while the server cannot be reached, instead of at their deadlines; also while another attempt is under way. */
  readonly failFast: boolean;
  readonly closeGraceMs: number;
}

export class Dialer implements Caller {
  readonly counters: Counters;
  readonly link: Link;
  private readonly options: DialerOptions;
  private readonly waiting: WaitingCalls;
  private isClosed = false;
  /** When a call last came that there was no connection for. */
  private missedAt = -Infinity;

  constructor(options: DialerOptions) {
    this.options = options;
    this.counters = options.counters;
    this.waiting = new WaitingCalls({ ...options, lack: (until) => this.lack(until) });
    this.link = new Link(options, {
      wantsConnection: () => this.waiting.isWanted || this.isMissed,
      room: () => this.startWaiting(),
      failed: (error) => {
        if (options.failFast || isHopeless(error))
          this.waiting.failAll((call) => unsent(call, error.code, error.message, error));
      },
      changed: () => {},
    });
  }

  get member(): MemberView {
    const { address, state } = this.link;
    return {
      address,
      zone: "",
      weight: 100,
      state,
      obstacle: state === "ready" ? undefined : state,
      inFlight: this.counters.callsOpen,
      latencyMs: 0,
      ejectedForMs: 0,
      load: undefined,
    };
  }

  one<In, Out>(call: OutgoingCall<In, Out>, turn?: number): Promise<Out> {
    return new Promise<Out>((resolve, reject) => this.launch(new OpenCall(call, resolve, reject, this.again), turn));
  }

  many<In, Out>(call: OutgoingCall<In, Out>): AsyncIterable<Out> {
    return { [Symbol.asyncIterator]: () => new ManyCall<In, Out>(call, (open) => this.launch(open), this.again) };
  }

  async close(reason?: RpcError): Promise<void> {
    const { clock, closeGraceMs } = this.options;
    this.isClosed = true;
    this.waiting.close((call) => reason ?? closedError(call, this.options.address));
    const timer = clock.timer(closeGraceMs, () => {
      const text = `the channel was closed, and closeGraceMs = ${closeGraceMs} is over`;
      void this.link.close(this.link.failure("unavailable", text));
    });
    await this.link.close(reason);
    timer.cancel();
  }

  private launch<In, Out>(call: OpenCall<In, Out>, turn?: number): void {
    const { session } = this.link;
    if (session !== undefined && this.waiting.size === 0 && session.hasRoom) session.start(call, turn);
    else this.holdBack(call, turn);
  }

  private holdBack<In, Out>(call: OpenCall<In, Out>, turn: number | undefined): void {
    const { link, options } = this;
    if (call.isOver) return;
    if (call.signal?.aborted === true) return call.giveUp(call.abortError(call.signal.reason));
    if (this.isClosed) return call.giveUp(closedError(call, options.address));
    const now = options.clock.now();
    if (turn !== undefined) call.postpone(now - turn);
    this.missedAt = now;
    const refusal = this.refusal(now);
    if (refusal !== undefined && call.deadlineAt > now) {
      if (options.failFast) link.connect();
      return call.giveUp(unsent(call, refusal.code, refusal.message, refusal));
    }
    const start = (open: OpenCall<In, Out>): boolean => {
      link.session?.start(open);
      return true;
    };
    if (!this.waiting.add(call, start)) return;
    if (link.session === undefined) link.connect();
    else link.session.awaitRoom();
  }

  /** Whether somebody would have been glad of a connection of late, and did not wait for it. */
  private get isMissed(): boolean {
    const { failFast, clock } = this.options;
    return failFast && !this.isClosed && clock.now() - this.missedAt < wantedMs;
  }

  /** Why a call has failed that comes now; undefined where it may wait. */
  private refusal(now: number): RpcError | undefined {
    const { lastFailure, retryAt, isTrying } = this.link;
    if (lastFailure === undefined) return undefined;
    if (now < retryAt) return this.options.failFast || isHopeless(lastFailure) ? lastFailure : undefined;
    // Where nobody has tried for a while, a call waits for an attempt, and those that come meanwhile wait with it.
    return this.options.failFast && isTrying && this.waiting.size === 0 ? lastFailure : undefined;
  }

  private readonly again = <In, Out>(call: OpenCall<In, Out>): boolean => {
    if (this.isClosed || call.attempts >= startsMax) return false;
    // Not at once: whoever refused the call is still in the middle of telling so.
    this.options.clock.endOfTurn(() => this.launch(call));
    return true;
  };

  private startWaiting(): void {
    const { link, waiting } = this;
    // Asked at the end of every call, and nearly never is there one that waits.
    if (waiting.size === 0) return;
    waiting.startWhile(() => link.session?.hasRoom === true);
    if (waiting.size > 0) link.session?.awaitRoom();
  }

  private lack(until: string): string {
    const { address, session, whyNot } = this.link;
    return session === undefined
      ? `no connection to ${address} ${until}: ${whyNot}`
      : `no room on the connection to ${address} ${until}`;
  }
}

// What is missing here will be missing then: a package, or sockets in a browser.
function isHopeless(error: RpcError): boolean {
  return error.retryAfterMs === Infinity;
}
