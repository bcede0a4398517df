/** What becomes of an endpoint when a server says something else of itself. */

import { checkEndpoint, type EndpointSource } from "./check-endpoint.js";
import type { Endpoint, EndpointInit } from "./endpoint.js";

/** The endpoint with the fields that `change` gives; throws an `invalid-argument` RpcError for what makes no sense. */
export function changeEndpoint(
  endpoint: Endpoint,
  change: Omit<EndpointInit, "address">,
  source: EndpointSource,
): Endpoint {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return checkEndpoint({ ...endpoint, ...Object.fromEntries(given), address: endpoint.address }, source);
}
