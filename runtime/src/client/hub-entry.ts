/** How a server is written in a hub's messages. */

import type { Entry, Health } from "../builtin/gen/rpcgen/hub/v1/hub.types.js";
import { checkEndpoint } from "../registry/check-endpoint.js";
import type { Endpoint, EndpointHealth } from "../registry/endpoint.js";

const healths: Readonly<Record<EndpointHealth, Health>> = {
  healthy: "HEALTHY",
  unhealthy: "UNHEALTHY",
  draining: "DRAINING",
};

export function entryOf(service: string, endpoint: Endpoint): Required<Omit<Entry, "$unknown">> {
  return { ...endpoint, service, health: healths[endpoint.health] };
}

/** Of no type yet, for the checks to look at. */
export function rawEndpointOf({ address, weight, zone, health, metadata }: Entry): unknown {
  return { address, weight, zone, health: health.toLowerCase(), metadata };
}

/** Throws an `invalid-argument` RpcError that says what cannot be used. */
export function endpointOf(entry: Entry): Endpoint {
  return checkEndpoint(rawEndpointOf(entry), "registry");
}
