/** A registry that knows what it was given: a fixed list of servers, for every service. */

import { systemClock, type Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { checkEndpoint } from "./check-endpoint.js";
import type { Endpoint, EndpointInit } from "./endpoint.js";
import type { Resolver } from "./registry.js";

/** A resolver of these servers. Throws an `invalid-argument` RpcError for one that makes no sense, and for one that is there twice. */
export function staticResolver(servers: readonly (string | EndpointInit)[], clock: Clock = systemClock): Resolver {
  const endpoints = checkServers(servers);
  let isClosed = false;
  return {
    watch(_service, sink) {
      if (isClosed) throw new RpcError("failed-precondition", "the resolver was closed");
      let isOver = false;
      clock.endOfTurn(() => {
        if (!isOver && !isClosed) sink.update(endpoints);
      });
      return {
        refresh: () => {},
        close: () => {
          isOver = true;
        },
      };
    },
    async close() {
      isClosed = true;
    },
  };
}

function checkServers(servers: readonly (string | EndpointInit)[]): readonly Endpoint[] {
  if (servers.length === 0) throw new RpcError("invalid-argument", "the list of servers is empty");
  const known = new Map<string, Endpoint>();
  for (const server of servers) {
    const endpoint = checkEndpoint(typeof server === "string" ? { address: server } : server, "near");
    if (known.has(endpoint.address)) {
      const why = "is in the list of servers more than once; for a larger share of the calls give it a larger weight";
      throw new RpcError("invalid-argument", `${endpoint.address} ${why}`);
    }
    known.set(endpoint.address, endpoint);
  }
  return [...known.values()];
}
