/** A call on the server that somebody watches. */

import type { CallRecord } from "../call/instrument.js";
import type { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import { Exchange } from "./exchange.js";
import type { WireFailure } from "./failure.js";

export class WatchedExchange extends Exchange {
  records: readonly CallRecord[] = [];
  private failure: { readonly code: StatusCode; readonly message: string } | undefined;

  /** A whole message came, of so many bytes. */
  came(bytes: number): void {
    tellEach(this.records, (record) => record.received?.(bytes));
  }

  override message(buffer: Uint8Array, start: number, end: number, cost: number): void {
    this.came(end - start);
    super.message(buffer, start, end, cost);
  }

  override interrupt(code: StatusCode, message: string, tellsClient: boolean): void {
    this.failure ??= { code, message };
    super.interrupt(code, message, tellsClient);
  }

  protected override fail(code: StatusCode, message: string, reason?: RpcError, failure?: WireFailure): void {
    this.failure ??= { code, message };
    super.fail(code, message, reason, failure);
  }

  protected override checkSize(bytes: number): void {
    super.checkSize(bytes);
    tellEach(this.records, (record) => record.sent?.(bytes));
  }

  protected override finish(reason: RpcError | undefined): void {
    if (this.isOver) return;
    super.finish(reason);
    tellEach(this.records, (record) => record.over(this.failure?.code, this.failure));
  }
}

/** Tells all that watch; what one of them throws is swallowed, because no watcher may break what it watches. */
export function tellEach<Watcher>(watchers: readonly Watcher[], tell: (watcher: Watcher) => unknown): void {
  for (const watcher of watchers) {
    try {
      tell(watcher);
    } catch {
      // Its own failure has nowhere better to go.
    }
  }
}
