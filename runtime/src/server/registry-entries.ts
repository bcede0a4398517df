/** A server's entries in a registry: made once it listens, kept true while it runs, and taken out before it closes. */

import { shownAddress } from "../address.js";
import { Backoff, defaultBackoff } from "../backoff.js";
import type { Clock, Timer } from "../clock.js";
import { plainText, thrownText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { RuntimeEvent } from "../events.js";
import type { EndpointHealth, EndpointInit } from "../registry/endpoint.js";
import type { AdapterOpener } from "../registry/open-registry.js";
import type { Registrar, Registration } from "../registry/registry.js";
import type { HealthBoard } from "./health.js";

/** How a server enters itself into a registry. */
export interface RegisterOptions {
  /** The address of a registry, for instance `etcd://127.0.0.1:2379`, or a registrar, which is not closed with the server. */
  readonly registry: string | Registrar;
  /** Full names of the services that are entered; all that are mounted where left out. */
  readonly services?: readonly string[] | undefined;
  /** Its share of the calls, relative to the other servers': a whole number up to 65,535; 100 where left out. */
  readonly weight?: number | undefined;
  readonly zone?: string | undefined;
  readonly metadata?: EndpointInit["metadata"];
  /**
   * What clients are to connect to: an address such as `rpc://orders-1:7000`, or only the host. Where left out, the address at
   * which the server listens; for all addresses of the machine, the first one that others can reach.
   */
  readonly address?: string | undefined;
}

/** What entries use of their server. */
export interface EntriesHost {
  readonly clock: Clock;
  readonly health: HealthBoard;
  tell(event: RuntimeEvent): void;
}

// A registry that does not answer may not keep a server from closing: its entry runs out by itself.
const leaveMsMax = 3000;

export class RegistryEntries {
  private readonly options: RegisterOptions;
  private readonly services: readonly string[];
  private readonly host: EntriesHost;
  private readonly entries: ServiceEntry[] = [];
  private readonly over = new AbortController();
  private opened: Promise<Registrar> | undefined;

  /** Throws `invalid-argument` for options that make no sense. */
  constructor(options: RegisterOptions, mounted: readonly string[], host: EntriesHost) {
    this.options = options;
    this.host = host;
    this.services = options.services ?? mounted;
    const unknown = this.services.find((name) => !mounted.includes(name));
    if (unknown !== undefined) {
      throw new RpcError("invalid-argument", `register.services names ${plainText(unknown)}, which is not mounted`);
    }
  }

  /** Begins to enter the server. Fails with `invalid-argument` for what no registry would take. */
  async start(listening: string): Promise<void> {
    const { weight, zone, metadata } = this.options;
    const { checkEndpoint } = await import("../registry/check-endpoint.js");
    const endpoint = { address: await this.advertised(listening), weight, zone, metadata };
    checkEndpoint(dropUndefined(endpoint), "near");
    this.opened = this.open();
    // Each entry says why it cannot be made.
    this.opened.catch(() => {});
    if (typeof this.options.registry === "string") await this.opened;
    for (const service of this.services) {
      this.entries.push(new ServiceEntry(service, endpoint, this.opened, this.host));
    }
    void this.followHealth();
  }

  /** Takes all entries out. Always ends, and soon. */
  async close(): Promise<void> {
    this.over.abort();
    await this.inTime(this.leave());
  }

  private async leave(): Promise<void> {
    await Promise.all(this.entries.map((entry) => entry.close()));
    if (typeof this.options.registry === "string") await (await this.opened)?.close();
  }

  private async open(): Promise<Registrar> {
    const { registry } = this.options;
    if (typeof registry !== "string") return registry;
    const { openRegistry } = await import("../registry/open-registry.js");
    const { clock } = this.host;
    return openRegistry(registry, { clock, observe: (event) => this.host.tell(event), adapters: { hub } });
  }

  private async advertised(listening: string): Promise<string> {
    const { address } = this.options;
    if (address !== undefined && /^[a-z]+:/.test(address)) return address;
    if (listening === "") {
      const text =
        "register wants the HTTP server to listen before serve is called, or register.address with a whole address";
      throw new RpcError("invalid-argument", text);
    }
    const { advertisedAddress, withHost } = await import("./advertised-address.js");
    return address === undefined ? advertisedAddress(listening) : withHost(listening, address);
  }

  // Whoever does not watch a server's health learns from the registry that it is better left alone.
  private async followHealth(): Promise<void> {
    const { health } = this.host;
    while (!this.over.signal.aborted) {
      await health.changes.next(this.over.signal);
      if (this.over.signal.aborted || health.changes.isOver) return;
      for (const entry of this.entries) entry.say(health.status(entry.service) === "NOT_SERVING");
    }
  }

  private inTime(work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.host.clock.timer(leaveMsMax, resolve);
      void work
        .catch(() => {})
        .then(() => {
          timer.cancel();
          resolve();
        });
    });
  }
}

const hub: AdapterOpener = async (address, options) => {
  const [{ openHub }, { connect }] = await Promise.all([
    import("../client/hub-registry.js"),
    import("../client/connect.js"),
  ]);
  return openHub(address, options, connect);
};

/** One service in the registry. */
class ServiceEntry {
  readonly service: string;
  private readonly endpoint: EndpointInit;
  private readonly registrar: Promise<Registrar>;
  private readonly host: EntriesHost;
  private readonly backoff = new Backoff(defaultBackoff, Math.random);
  private readonly entered: Promise<Registration | undefined>;
  private health: EndpointHealth = "healthy";
  private told: EndpointHealth = "healthy";
  private telling: Promise<void> | undefined;
  private isClosed = false;
  private wait: Timer | undefined;
  private stopWaiting: (() => void) | undefined;

  constructor(service: string, endpoint: EndpointInit, registrar: Promise<Registrar>, host: EntriesHost) {
    this.service = service;
    this.endpoint = endpoint;
    this.registrar = registrar;
    this.host = host;
    this.entered = this.enter();
  }

  /** Says whether the service is well, when it has been entered. */
  say(isUnhealthy: boolean): void {
    this.health = isUnhealthy ? "unhealthy" : "healthy";
    this.telling ??= this.tellHealth().finally(() => (this.telling = undefined));
  }

  private get shown(): string {
    return shownAddress(this.endpoint.address);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.wait?.cancel();
    this.stopWaiting?.();
    const registration = await this.entered;
    if (registration === undefined) return;
    await registration.close();
    this.host.tell({ kind: "deregistered", service: this.service, address: this.shown });
  }

  private async enter(): Promise<Registration | undefined> {
    const { service, endpoint, host, shown: address } = this;
    while (!this.isClosed) {
      try {
        const registration = await (await this.registrar).register(service, endpoint);
        host.tell({ kind: "registered", service, address });
        this.backoff.reset();
        return registration;
      } catch (thrown) {
        if (!(await this.waitAfter(thrown))) return undefined;
      }
    }
    return undefined;
  }

  /** Tells what was thrown, and waits until it may be tried again; false where that is of no use. */
  private async waitAfter(thrown: unknown): Promise<boolean> {
    const { service, host } = this;
    const error = RpcError.is(thrown) ? thrown : new RpcError("internal", thrownText(thrown, "the registrar"));
    // What makes no sense now will make none later.
    const isHopeless = error.code === "invalid-argument" || error.code === "failed-precondition";
    const retryInMs = isHopeless ? Infinity : this.backoff.next();
    host.tell({ kind: "register-failed", service, address: this.shown, error, retryInMs });
    if (isHopeless) return false;
    await new Promise<void>((resolve) => {
      this.stopWaiting = resolve;
      this.wait = host.clock.timer(retryInMs, resolve);
    });
    return true;
  }

  private async tellHealth(): Promise<void> {
    const registration = await this.entered;
    while (registration !== undefined && !this.isClosed && this.told !== this.health) {
      const { health } = this;
      try {
        await registration.update({ health });
        this.told = health;
        this.backoff.reset();
      } catch (thrown) {
        // A close takes the entry out, which says more than its health.
        if (this.isClosed || !(await this.waitAfter(thrown))) return;
      }
    }
  }
}

function dropUndefined(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
