/** One service behind the guard: what was answered, what the channel was told, and which servers are kept in doubt. */

import type { Clock, Timer } from "../clock.js";
import { thrownText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { tell, type Observer } from "../events.js";
import { checkEndpoints, isSameEndpoint, type EndpointSource } from "./check-endpoint.js";
import { DoubtedList, doubtLosses, doubtNothing } from "./doubted-list.js";
import type { Endpoint } from "./endpoint.js";
import type { Finder, FinderSink, ResolverSink, Watch } from "./registry.js";
import { SnapshotWriter } from "./snapshot-writer.js";
import type { SnapshotStore } from "./snapshot.js";

/** The guard's settings with nothing left out. */
export interface WatchGuard {
  readonly clock: Clock;
  readonly observe: Observer | undefined;
  readonly registry: string;
  readonly source: EndpointSource;
  readonly debounceMs: number;
  readonly debounceMaxMs: number;
  readonly holdMs: number;
  readonly endpointsMax: number;
  readonly snapshotAfterMs: number;
  readonly openStore: (() => Promise<SnapshotStore>) | undefined;
}

export class GuardedWatch implements Watch, FinderSink {
  private readonly service: string;
  private readonly sink: ResolverSink;
  private readonly guard: WatchGuard;
  private readonly forget: () => void;
  private readonly watch: Watch;
  private readonly list: DoubtedList;
  private readonly snapshots: SnapshotWriter | undefined;
  /** What an earlier run wrote down, while it has not been read yet "unread". */
  private saved: readonly Endpoint[] | "unread";
  /** The registry's newest answer; undefined before the first one. */
  private answer: readonly Endpoint[] | undefined;
  private lastFailure: RpcError | undefined;
  /** The registry could not be asked just before its newest answer. */
  private wasAway = false;
  /** What the sink was told last. */
  private sent: readonly Endpoint[] | undefined;
  private pending: { readonly timer: Timer; readonly since: number } | undefined;
  private holdTimer: Timer | undefined;
  private snapshotTimer: Timer | undefined;
  private droppedTold = "";
  private isClosed = false;

  constructor(finder: Finder, service: string, sink: ResolverSink, guard: WatchGuard, forget: () => void) {
    this.service = service;
    this.sink = sink;
    this.guard = guard;
    this.forget = forget;
    this.list = new DoubtedList(guard.clock, guard.holdMs, guard.source === "near" ? doubtNothing : doubtLosses);
    this.saved = guard.openStore === undefined ? [] : "unread";
    if (guard.openStore !== undefined) {
      const store = guard.openStore();
      this.snapshots = new SnapshotWriter(store, service, (error) => this.tellSnapshotFailed(error));
      void this.readSnapshot(store);
    }
    this.watch = finder.watch(service, this);
  }

  update(entries: readonly unknown[]): void {
    if (this.isClosed) return;
    const { source, endpointsMax, registry } = this.guard;
    const { endpoints, dropped, reasons } = checkEndpoints(entries, source, endpointsMax);
    this.tellDropped(dropped, reasons);
    if (entries.length > 0 && endpoints.length === 0) {
      const of = this.service === "" ? "" : ` of ${this.service}`;
      const why = `${registry}: none of ${entries.length} entries${of} is of use: ${reasons.join("; ")}`;
      return this.failed(new RpcError("internal", why));
    }
    this.answer = endpoints;
    if (this.lastFailure?.code === "unavailable") this.wasAway = true;
    this.lastFailure = undefined;
    this.snapshotTimer?.cancel();
    this.schedule();
  }

  failed(error: RpcError): void {
    if (this.isClosed) return;
    const { clock, observe, registry } = this.guard;
    this.lastFailure = error;
    tell(observe, { kind: "registry-failed", registry, service: this.service, error });
    clock.endOfTurn(() => {
      if (!this.isClosed) this.sink.failed(error);
    });
    this.useSnapshot();
  }

  refresh(): void {
    if (!this.isClosed) this.watch.refresh();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const timer of [this.pending?.timer, this.holdTimer, this.snapshotTimer]) timer?.cancel();
    this.watch.close();
    this.forget();
  }

  /** Settles when nothing is left to be written. */
  written(): Promise<void> {
    return this.snapshots?.settled() ?? Promise.resolve();
  }

  private schedule(): void {
    if (this.saved === "unread") return;
    const { clock, debounceMs, debounceMaxMs } = this.guard;
    const now = clock.now();
    const since = this.pending?.since ?? now;
    this.pending?.timer.cancel();
    // Calls may be waiting for the first servers.
    const isUrgent = this.sent === undefined || this.sent.length === 0;
    const waitMs = isUrgent ? 0 : Math.max(0, Math.min(debounceMs, since + debounceMaxMs - now));
    this.pending = { timer: waitMs === 0 ? this.soon() : clock.timer(waitMs, () => this.flush()), since };
  }

  private soon(): Timer {
    let isCancelled = false;
    this.guard.clock.endOfTurn(() => {
      if (!isCancelled) this.flush();
    });
    return {
      cancel: () => {
        isCancelled = true;
      },
    };
  }

  private flush(): void {
    this.pending = undefined;
    const { answer } = this;
    if (this.isClosed || answer === undefined || this.saved === "unread") return;
    if (this.sent === undefined && answer.length === 0) this.list.startFrom(this.saved);
    const { endpoints, held, isNew } = this.list.next(answer, this.wasAway);
    this.wasAway = false;
    this.holdTimer?.cancel();
    const { clock, observe, registry, holdMs } = this.guard;
    if (held > 0) this.holdTimer = clock.timer(Math.max(1, this.list.endsInMs), () => this.flush());
    if (held > 0 && isNew)
      tell(observe, { kind: "endpoints-held", registry, service: this.service, count: held, holdMs });
    if (held === 0 && endpoints.length > 0) this.snapshots?.write(endpoints);
    this.send(endpoints);
  }

  private send(endpoints: readonly Endpoint[]): void {
    if (this.sent !== undefined && isSameList(this.sent, endpoints)) return;
    this.sent = endpoints;
    this.sink.update(endpoints);
  }

  private async readSnapshot(opened: Promise<SnapshotStore>): Promise<void> {
    const { clock, source, endpointsMax, snapshotAfterMs } = this.guard;
    let saved: readonly Endpoint[] = [];
    try {
      const store = await opened;
      saved = checkEndpoints((await store.read(this.service)) ?? [], source, endpointsMax).endpoints;
    } catch (error) {
      this.tellSnapshotFailed(error);
    }
    if (this.isClosed) return;
    this.saved = saved;
    if (this.answer !== undefined) this.schedule();
    else if (this.lastFailure !== undefined) this.useSnapshot();
    else this.snapshotTimer = clock.timer(snapshotAfterMs, () => this.useSnapshot());
  }

  private useSnapshot(): void {
    if (this.isClosed || this.answer !== undefined || this.sent !== undefined) return;
    const { saved } = this;
    if (saved === "unread" || saved.length === 0) return;
    const { observe, registry } = this.guard;
    this.list.startFrom(saved);
    tell(observe, { kind: "snapshot-used", registry, service: this.service, count: saved.length });
    this.guard.clock.endOfTurn(() => {
      if (!this.isClosed && this.sent === undefined) this.send(saved);
    });
  }

  private tellDropped(count: number, reasons: readonly string[]): void {
    const text = count === 0 ? "" : `${count} ${reasons.join("; ")}`;
    // The same bad entry comes with every answer, and is told once.
    if (text === this.droppedTold) return;
    this.droppedTold = text;
    const { observe, registry } = this.guard;
    if (count > 0) tell(observe, { kind: "endpoints-dropped", registry, service: this.service, count, reasons });
  }

  private tellSnapshotFailed(error: unknown): void {
    const { observe, registry } = this.guard;
    const failure = RpcError.is(error)
      ? error
      : new RpcError("internal", thrownText(error, "the snapshot"), { cause: error });
    tell(observe, { kind: "snapshot-failed", registry, service: this.service, error: failure });
  }
}

function isSameList(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  if (a.length !== b.length) return false;
  const known = new Map(a.map((endpoint) => [endpoint.address, endpoint]));
  return b.every((endpoint) => {
    const other = known.get(endpoint.address);
    return other !== undefined && isSameEndpoint(endpoint, other);
  });
}
