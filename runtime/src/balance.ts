/** Behind `@rpcgen/runtime/balance`: the ways of balancing calls over the servers of a service. */

export { balancerByName, balancerNames } from "./balance/balancer-by-name.js";
export type { BalancerName, BalancerOptions } from "./balance/balancer-by-name.js";
export { createPicker } from "./balance/create-picker.js";
export { byField, byMetadata, bySource } from "./balance/hash-key.js";
export type { HashKey } from "./balance/hash-key.js";
export { leastConnections } from "./balance/least-connections.js";
export { leastLoad } from "./balance/least-load.js";
export type { LeastLoadOptions } from "./balance/least-load.js";
export { maglev } from "./balance/maglev.js";
export type { MaglevOptions } from "./balance/maglev.js";
export { p2c } from "./balance/p2c.js";
export { PeakEwma } from "./balance/peak-ewma.js";
export { pickFirst } from "./balance/pick-first.js";
export type { PickFirstOptions } from "./balance/pick-first.js";
export type { Balancer, LoadReport, Member, Picker, PickerTools } from "./balance/picker.js";
export { random, weightedRandom } from "./balance/random-pick.js";
export { ringHash } from "./balance/ring-hash.js";
export type { RingHashOptions } from "./balance/ring-hash.js";
export { roundRobin } from "./balance/round-robin.js";
export { sourceHash } from "./balance/source-hash.js";
export type { SourceHashOptions } from "./balance/source-hash.js";
export { subset } from "./balance/subset.js";
export type { SubsetOptions } from "./balance/subset.js";
export { weightedRoundRobin } from "./balance/weighted-round-robin.js";
export { zonePreference } from "./balance/zone-preference.js";
export type { ZonePreferenceOptions } from "./balance/zone-preference.js";
