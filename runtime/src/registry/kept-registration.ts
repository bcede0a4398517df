/** Entries that have to be kept alive: entered, renewed, entered again after they were lost, and taken out at the end. */

import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import { tell } from "../events.js";
import { changeEndpoint } from "./change-endpoint.js";
import { checkEndpoint, type EndpointSource } from "./check-endpoint.js";
import type { Endpoint, EndpointInit } from "./endpoint.js";
import { inTime, PersistentTask, type Attempt } from "./persistent-task.js";
import type { RegistryTools } from "./registry-options.js";
import type { Registrar, Registration } from "./registry.js";

/** How one entry is kept in one system. All of it may be done twice without harm. */
export interface EntryKeeper {
  /** How often the entry has to be renewed: a third of what the system waits for is right. Infinity for never. */
  readonly renewMs: number;
  /** Enters the server, or overwrites what is said of it. */
  write(endpoint: Endpoint, signal: AbortSignal): Promise<void>;
  /** Keeps the entry alive; false where the registry does not know it any more. */
  renew(signal: AbortSignal): Promise<boolean>;
  remove(signal: AbortSignal): Promise<void>;
}

/** A registrar of entries that have to be kept alive. */
export class KeptRegistrar implements Registrar {
  private readonly label: string;
  private readonly source: EndpointSource;
  private readonly tools: RegistryTools;
  private readonly keep: (service: string) => EntryKeeper;
  private readonly open = new Set<KeptRegistration>();
  private isClosed = false;

  /** `label` is the registry's address for people. `keep` makes the keeper of a new entry; it throws for a service that makes no sense. */
  constructor(label: string, source: EndpointSource, tools: RegistryTools, keep: (service: string) => EntryKeeper) {
    this.label = label;
    this.source = source;
    this.tools = tools;
    this.keep = keep;
  }

  async register(service: string, init: EndpointInit): Promise<Registration> {
    if (this.isClosed) throw new RpcError("failed-precondition", `${this.label}: the registry was closed`);
    const endpoint = checkEndpoint(init, this.source);
    const registration: KeptRegistration = new KeptRegistration(
      { label: this.label, service, source: this.source, tools: this.tools },
      endpoint,
      this.keep(service),
      () => this.open.delete(registration),
    );
    this.open.add(registration);
    try {
      await registration.entered();
    } catch (error) {
      await registration.close();
      throw error;
    }
    return registration;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.open].map((registration) => registration.close()));
  }
}

interface Place {
  readonly label: string;
  readonly service: string;
  readonly source: EndpointSource;
  readonly tools: RegistryTools;
}

interface Waiter {
  readonly version: number;
  readonly resolve: () => void;
  readonly reject: (error: RpcError) => void;
}

// What waiting does not mend.
const finalCodes: readonly StatusCode[] = ["invalid-argument", "unauthenticated", "permission-denied", "unimplemented"];
const removeTimeoutMs = 2000;

class KeptRegistration implements Registration {
  private readonly place: Place;
  private readonly keeper: EntryKeeper;
  private readonly forget: () => void;
  private readonly task: PersistentTask;
  private endpoint: Endpoint;
  /** Of what the registry has to know, and of what it knows. */
  private version = 1;
  private written = 0;
  private renewAt = 0;
  private lastFailure: RpcError | undefined;
  private waiters: Waiter[] = [];
  private closing: Promise<void> | undefined;

  constructor(place: Place, endpoint: Endpoint, keeper: EntryKeeper, forget: () => void) {
    this.place = place;
    this.endpoint = endpoint;
    this.keeper = keeper;
    this.forget = forget;
    this.task = new PersistentTask(
      place.tools,
      (attempt) => this.keepOn(attempt),
      (error) => this.attemptFailed(error),
    );
  }

  /** Settles when the registry knows the newest version. */
  async entered(): Promise<void> {
    const { version } = this;
    if (this.written >= version) return;
    const known = new Promise<void>((resolve, reject) => this.waiters.push({ version, resolve, reject }));
    const { clock, registerTimeoutMs } = this.place.tools;
    await inTime(known, registerTimeoutMs, clock, () => this.lateError(registerTimeoutMs));
  }

  async update(change: Omit<EndpointInit, "address">): Promise<void> {
    const endpoint = changeEndpoint(this.endpoint, change, this.place.source);
    if (this.closing !== undefined) return;
    this.endpoint = endpoint;
    this.version++;
    this.task.wakeNow();
    await this.entered();
  }

  close(): Promise<void> {
    this.closing ??= this.leave();
    return this.closing;
  }

  private async leave(): Promise<void> {
    this.settle((waiter) =>
      waiter.reject(new RpcError("cancelled", `${this.place.label}: the registration was closed`)),
    );
    await this.task.stop();
    const abort = new AbortController();
    const timer = this.place.tools.clock.timer(removeTimeoutMs, () => abort.abort());
    try {
      await this.keeper.remove(abort.signal);
    } catch {
      // It cannot be told, and the entry ends by itself.
    } finally {
      timer.cancel();
      this.forget();
    }
  }

  private async keepOn(attempt: Attempt): Promise<void> {
    const { version, keeper } = this;
    const { clock, random } = this.place.tools;
    if (this.written !== version) {
      await keeper.write(this.endpoint, attempt.signal);
      this.written = version;
    } else {
      await attempt.pause(Math.max(0, this.renewAt - clock.now()));
      if (attempt.signal.aborted || this.version !== version) return;
      // A lost entry is written again in the next round, which comes at once.
      if (!(await keeper.renew(attempt.signal))) this.written = 0;
    }
    attempt.succeeded();
    this.lastFailure = undefined;
    this.renewAt = clock.now() + keeper.renewMs * (0.8 + 0.2 * random());
    if (this.written > 0) this.settle((waiter) => waiter.version <= this.written && waiter.resolve());
  }

  private attemptFailed(error: RpcError): void {
    const { label, service, tools } = this.place;
    this.lastFailure = error;
    tell(tools.observe, { kind: "registry-failed", registry: label, service, error });
    if (finalCodes.includes(error.code)) this.settle((waiter) => waiter.reject(error));
  }

  /** Lets go of the waiters for whom `end` has done something, and of those that failed. */
  private settle(end: (waiter: Waiter) => unknown): void {
    this.waiters = this.waiters.filter((waiter) => end(waiter) === false);
  }

  private lateError(timeoutMs: number): RpcError {
    const why = this.lastFailure === undefined ? "there is no answer" : this.lastFailure.message;
    const what = `${plainText(this.endpoint.address, 200)} is not entered after registerTimeoutMs = ${timeoutMs}`;
    return new RpcError("unavailable", `${this.place.label}: ${what}: ${why}`, { cause: this.lastFailure });
  }
}
