/** How an endpoint is written where a registry keeps plain values: one object of JSON. */

import { RpcError } from "../error/rpc-error.js";
import type { Endpoint } from "./endpoint.js";

/** The endpoint as JSON, always with all of its fields. */
export function printEndpoint({ address, weight, zone, health, metadata }: Endpoint): string {
  return JSON.stringify({ address, weight, zone, health, metadata: Object.fromEntries(metadata) });
}

/**
 * What a text of JSON holds; of no type yet, for the checks to look at. Text that is no JSON becomes a value that no check
 * lets pass, so that one bad entry is one bad entry.
 */
export function readEndpointText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Reads a whole answer; an `internal` RpcError says that `who` answered with garbage. */
export function readAnswer(text: string, who: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new RpcError("internal", `${who} answered with text that is no JSON`, { cause: error });
  }
}
