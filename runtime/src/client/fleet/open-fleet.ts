/** Opens a channel over many servers; loaded when a channel has more than one, or asks for what only these can do. */

import { parseAddress } from "../../address.js";
import { Backoff, defaultBackoff } from "../../backoff.js";
import type { Balancer, Member } from "../../balance/picker.js";
import type { Endpoint, EndpointInit } from "../../registry/endpoint.js";
import type { Resolver } from "../../registry/registry.js";
import type { ConnectOptions, ConnectTarget } from "../connect-options.js";
import type { LinkSettings } from "../link.js";
import { openerFor } from "../opener.js";
import { FleetCaller } from "./fleet-caller.js";
import type { ResolvedFleetOptions } from "./fleet-options.js";

/** What `connect` has settled before the rest is loaded. */
export interface FleetSettings extends LinkSettings {
  readonly failFast: boolean;
  readonly closeGraceMs: number;
  readonly fleet: ResolvedFleetOptions;
}

export function openFleet(
  target: Exclude<ConnectTarget, string>,
  name: string,
  settings: FleetSettings,
  options: ConnectOptions,
): FleetCaller {
  const { clock, limits } = settings;
  const random = options.network?.random ?? Math.random;
  const { resolver, service } = "resolver" in target ? target : { resolver: listOf(target), service: "" };
  return new FleetCaller({
    ...settings,
    name,
    resolver,
    service,
    random,
    opener: (address) => openerFor(parseAddress(address), clock, limits, options),
    backoff: () => new Backoff({ ...defaultBackoff, ...options.backoff }, random),
    balancer: options.balance ?? inTurn,
  });
}

/** One after the other. */
const inTurn: Balancer = {
  name: "in-turn",
  create: <M extends Member>(members: readonly M[]) => {
    let next = 0;
    return { pick: () => members[next++ % members.length] };
  },
};

function listOf(servers: readonly (string | EndpointInit)[]): Resolver {
  const endpoints = servers.map((server): Endpoint => {
    const {
      address,
      weight = 100,
      zone = "",
      health = "healthy",
    } = typeof server === "string" ? { address: server } : server;
    return { address, weight, zone, health, metadata: new Map() };
  });
  return {
    watch: (_service, sink) => {
      let isOver = false;
      queueMicrotask(() => {
        if (!isOver) sink.update(endpoints);
      });
      return { refresh: () => {}, close: () => void (isOver = true) };
    },
    close: async () => {},
  };
}
