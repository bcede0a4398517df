/** What programs import from `@rpcgen/runtime/registry`: opening registries by address, and what adapters of one's own are made of. */

export { checkEndpoint, checkEndpoints, endpointLimits } from "./registry/check-endpoint.js";
export type { CheckedEndpoints, EndpointSource } from "./registry/check-endpoint.js";
export type { Endpoint, EndpointHealth, EndpointInit } from "./registry/endpoint.js";
export { guardResolver } from "./registry/guard.js";
export { openRegistry, openResolver } from "./registry/open-registry.js";
export type { AdapterOpener, OpenedAdapter, OpenedResolver, OpenOptions } from "./registry/open-registry.js";
export type { RegistryAddress } from "./registry/registry-address.js";
export { resolveTools } from "./registry/registry-options.js";
export type { GuardOptions, RegistryOptions, RegistryTools } from "./registry/registry-options.js";
export type {
  Finder,
  FinderSink,
  Registrar,
  Registration,
  Registry,
  Resolver,
  ResolverSink,
  Watch,
} from "./registry/registry.js";
export type { SnapshotStore } from "./registry/snapshot.js";
