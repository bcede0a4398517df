/** One server's entry in a hub: said again and again on one stream, and on the next one when that breaks. */

import type { HubClient } from "../builtin/gen/rpcgen/hub/v1/hub.client.js";
import type { ClaimInit } from "../builtin/gen/rpcgen/hub/v1/hub.types.js";
import { Changes } from "../changes.js";
import { RpcError } from "../error/rpc-error.js";
import { changeEndpoint } from "../registry/change-endpoint.js";
import type { Endpoint, EndpointInit } from "../registry/endpoint.js";
import { inTime, PersistentTask, type Attempt } from "../registry/persistent-task.js";
import type { RegistryTools } from "../registry/registry-options.js";
import type { Registration } from "../registry/registry.js";
import { entryOf } from "./hub-entry.js";

/** What is to be entered. */
export interface HubClaim {
  readonly service: string;
  readonly endpoint: Endpoint;
  /** 0 for the hub's own time. */
  readonly leaseMs: number;
}

// How long somebody waits for the hub before he is told that it is away.
const answerMsMax = 3000;
const leaveMsMax = 1000;
// Until the hub has said how long its leases are.
const firstHeartbeatMs = 1000;

export class HubRegistration implements Registration {
  private readonly client: HubClient;
  private readonly tools: RegistryTools;
  private readonly forget: () => void;
  private readonly service: string;
  private readonly leaseMs: number;
  private readonly task: PersistentTask;
  /** Tells of a change that is to be said, of the end, and of what the hub has heard. */
  private readonly changes: Changes;
  private readonly over = new AbortController();
  private endpoint: Endpoint;
  private isLeaving = false;
  private closing: Promise<void> | undefined;
  private heartbeatMs = firstHeartbeatMs;
  private said = 0;
  private heard = 0;
  /** The number of the newest change. */
  private wanted = 1;
  private refusal: RpcError | undefined;
  private lastFailure: RpcError | undefined;

  constructor({ service, endpoint, leaseMs }: HubClaim, client: HubClient, tools: RegistryTools, forget: () => void) {
    this.service = service;
    this.endpoint = endpoint;
    this.leaseMs = leaseMs;
    this.client = client;
    this.tools = tools;
    this.forget = forget;
    this.changes = new Changes(tools.clock);
    this.task = new PersistentTask(
      tools,
      (attempt) => this.run(attempt),
      (error) => this.failed(error),
    );
  }

  /** Settles when the hub knows the server; otherwise the registration is over. */
  async entered(): Promise<void> {
    try {
      await this.answered(this.wanted);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async update(change: Omit<EndpointInit, "address">): Promise<void> {
    if (this.isLeaving) return;
    this.endpoint = changeEndpoint(this.endpoint, change, "registry");
    const wanted = ++this.wanted;
    this.changes.tell();
    await this.answered(wanted);
  }

  close(): Promise<void> {
    this.closing ??= this.leave();
    return this.closing;
  }

  private async leave(): Promise<void> {
    this.isLeaving = true;
    this.changes.tell();
    const { clock } = this.tools;
    // Ends with the stream that says so. A hub that is away hears nothing, and the lease runs out.
    const late = (): RpcError => new RpcError("unavailable", "the hub does not answer");
    if (this.heard > 0) await inTime(this.left(), leaveMsMax, clock, late).catch(() => {});
    this.over.abort();
    this.changes.end();
    await this.task.stop();
    this.forget();
  }

  private async run(attempt: Attempt): Promise<void> {
    const { signal } = attempt;
    if (this.isLeaving || this.refusal !== undefined) {
      this.over.abort();
      this.changes.tell();
      // Nothing is left to do until the task is stopped.
      while (!signal.aborted) await attempt.pause(60_000);
      return;
    }
    // What was heard on a stream that is gone says nothing of this one.
    this.said = 0;
    for await (const { number, leaseMs } of this.client.register(this.claims(signal), { signal })) {
      attempt.succeeded();
      this.lastFailure = undefined;
      this.heard = Math.max(this.heard, number);
      this.heartbeatMs = Math.max(10, leaseMs / 3);
      this.changes.tell();
    }
    if (!this.isLeaving) throw new RpcError("unavailable", "the hub ended the registration");
  }

  /** The entry, and again whenever it changes or a heartbeat is due. The end takes it out. */
  private async *claims(signal: AbortSignal): AsyncGenerator<ClaimInit> {
    while (!this.isLeaving && !signal.aborted) {
      this.said = this.wanted;
      yield { number: this.said, entry: entryOf(this.service, this.endpoint), leaseMs: this.leaseMs };
      const { clock } = this.tools;
      const dueAt = clock.now() + this.heartbeatMs;
      for (let leftMs = this.heartbeatMs; leftMs > 0; leftMs = dueAt - clock.now()) {
        if (this.isLeaving || signal.aborted || this.said !== this.wanted) break;
        await this.changes.next(signal, leftMs);
      }
    }
  }

  private failed(error: RpcError): void {
    this.lastFailure = error;
    // What makes no sense to the hub now will make none later.
    if (error.code === "invalid-argument" || error.code === "unimplemented") this.refusal = error;
    this.changes.tell();
  }

  /** Settles when the hub has heard change `number`. */
  private async answered(number: number): Promise<void> {
    const { clock } = this.tools;
    const until = clock.now() + answerMsMax;
    for (let leftMs = answerMsMax; this.heard < number; leftMs = until - clock.now()) {
      if (this.isLeaving) throw new RpcError("cancelled", "the registration was closed before the hub knew of it");
      if (this.refusal !== undefined) throw this.refusal;
      if (leftMs <= 0) throw this.lastFailure ?? new RpcError("unavailable", "the hub did not answer in time");
      await this.changes.next(this.over.signal, leftMs);
    }
  }

  private async left(): Promise<void> {
    while (!this.over.signal.aborted) await this.changes.next(this.over.signal);
  }
}
