/** Behind `@rpcgen/runtime/hub`: a registry in one process, for one machine and for development, and the way into it. */

import { connect } from "./client/connect.js";
import { HubRegistry, type HubRegistryOptions } from "./client/hub-registry.js";
import type { Registry } from "./registry/registry.js";

export { serveHub } from "./hub/serve-hub.js";
export type { Hub, HubOptions } from "./hub/serve-hub.js";
export type { HubRegistryOptions } from "./client/hub-registry.js";

/** Finds servers in a hub and enters servers into it; connects when it is first used. Throws `invalid-argument` for an address that is none. */
export function hubRegistry(options: HubRegistryOptions): Registry {
  return new HubRegistry(options, connect);
}
