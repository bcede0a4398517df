/** Finds servers in a hub and enters servers into it. */

import { createHubClient, type HubClient } from "../builtin/gen/rpcgen/hub/v1/hub.client.js";
import type { Entry } from "../builtin/gen/rpcgen/hub/v1/hub.types.js";
import type { Channel } from "../call/outgoing-call.js";
import type { Observer } from "../events.js";
import { formatHostPort } from "../address.js";
import { RpcError } from "../error/rpc-error.js";
import { checkEndpoint } from "../registry/check-endpoint.js";
import type { EndpointInit } from "../registry/endpoint.js";
import { guardResolver } from "../registry/guard.js";
import { PersistentTask, type Attempt } from "../registry/persistent-task.js";
import { checkParameters, readSwitch, type RegistryAddress } from "../registry/registry-address.js";
import { resolveTools, type RegistryOptions, type RegistryTools } from "../registry/registry-options.js";
import type { FinderSink, Registration, Registry, Resolver, ResolverSink, Watch } from "../registry/registry.js";
import type { BackoffOptions } from "../backoff.js";
import type { Clock } from "../clock.js";
import type { ClientTls } from "../tls/tls-settings.js";
import { rawEndpointOf } from "./hub-entry.js";
import { HubRegistration } from "./hub-registration.js";

export interface HubRegistryOptions extends RegistryOptions {
  /** Where the hub is: `rpc://host:port`, or `rpcs://host:port` with TLS. */
  readonly address: string;
  readonly tls?: ClientTls | undefined;
  /** How long an entry outlives a server that is gone without a word; what the hub says where left out. */
  readonly leaseMs?: number | undefined;
}

/** What the adapter uses of a channel; made by `connect`. */
export interface HubChannel extends Channel {
  close(): Promise<void>;
}

/** How it gets one. */
export type OpenHubChannel = (
  address: string,
  options: {
    readonly tls: ClientTls | undefined;
    readonly clock: Clock;
    readonly backoff: BackoffOptions;
    readonly failFast: true;
    readonly closeGraceMs: number;
    readonly observe: Observer | undefined;
  },
) => HubChannel;

// A hub that is back waits one lease for the servers that its clients know: waits stay well below that.
const hubBackoff = { maxMs: 1500, jitter: 0.5 };

export class HubRegistry implements Registry {
  private readonly channel: HubChannel;
  private readonly client: HubClient;
  private readonly tools: RegistryTools;
  private readonly leaseMs: number;
  private readonly resolver: Resolver;
  private readonly registrations = new Set<HubRegistration>();
  private readonly watches = new Set<PersistentTask>();
  private isClosed = false;

  /** Throws `invalid-argument` for options that make no sense. */
  constructor(options: HubRegistryOptions, open: OpenHubChannel) {
    const { address, tls } = options;
    this.tools = resolveTools({ ...options, backoff: { ...hubBackoff, ...options.backoff } });
    this.leaseMs = options.leaseMs ?? 0;
    const { clock, backoff, observe } = this.tools;
    this.channel = open(address, { tls, clock, backoff, observe, failFast: true, closeGraceMs: 200 });
    this.client = createHubClient(this.channel);
    const finder = {
      watch: (service: string, sink: FinderSink): Watch => this.find(service, sink),
      close: () => this.leave(),
    };
    this.resolver = guardResolver(finder, address.replace(/^rpcs?:/, "hub:"), this.tools);
  }

  watch(service: string, sink: ResolverSink): Watch {
    return this.resolver.watch(service, sink);
  }

  async register(service: string, init: EndpointInit): Promise<Registration> {
    if (this.isClosed) throw new RpcError("failed-precondition", "the registry was closed");
    const endpoint = checkEndpoint(init, "registry");
    const registration: HubRegistration = new HubRegistration(
      { service, endpoint, leaseMs: this.leaseMs },
      this.client,
      this.tools,
      () => this.registrations.delete(registration),
    );
    this.registrations.add(registration);
    await registration.entered();
    return registration;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.registrations].map((registration) => registration.close()));
    await this.resolver.close();
  }

  private async leave(): Promise<void> {
    await Promise.all([...this.watches].map((task) => task.stop()));
    await this.channel.close();
  }

  private find(service: string, sink: FinderSink): Watch {
    let known: readonly Entry[] = [];
    const follow = async (attempt: Attempt): Promise<void> => {
      // A hub that has just started does not know yet who is still there, and losing it is no reason to leave them.
      const missing = new Map(known.map((entry) => [entry.address, entry]));
      for await (const { entries, isGathering } of this.client.watch(service, { signal: attempt.signal })) {
        attempt.succeeded();
        if (!isGathering) missing.clear();
        for (const { address } of entries) missing.delete(address);
        known = [...entries, ...missing.values()];
        sink.update(known.map(rawEndpointOf));
      }
      throw new RpcError("unavailable", "the hub is closing");
    };
    const task: PersistentTask = new PersistentTask(this.tools, follow, (error) => sink.failed(error));
    this.watches.add(task);
    return {
      refresh: () => task.wake(),
      close: () => void task.stop().finally(() => this.watches.delete(task)),
    };
  }
}

const parameters = ["tls", "ca", "leaseMs"];

/** For addresses such as `hub://127.0.0.1:7700/shop.orders.v1.Orders?tls=true&ca=ca.pem`. */
export function openHub(address: RegistryAddress, options: RegistryOptions, open: OpenHubChannel): HubRegistry {
  checkParameters(address, parameters);
  const [place, second] = address.hosts;
  if (place === undefined || second !== undefined) {
    const why = "a hub is one process, at one host:port; for several machines there are etcd and its like";
    throw new RpcError("invalid-argument", `${address.label}: ${why}`);
  }
  const ca = address.parameters.get("ca");
  const lease = address.parameters.get("leaseMs");
  if (lease !== undefined && !/^[1-9]\d{0,8}$/.test(lease)) {
    throw new RpcError("invalid-argument", `${address.label}: leaseMs is a whole number of milliseconds`);
  }
  const scheme = readSwitch(address, "tls") || ca !== undefined ? "rpcs" : "rpc";
  const tls = ca === undefined ? undefined : { ca: { file: ca } };
  const leaseMs = lease === undefined ? undefined : Number(lease);
  const at = `${scheme}://${formatHostPort(place.host, place.port)}`;
  return new HubRegistry({ ...options, address: at, tls, leaseMs }, open);
}
