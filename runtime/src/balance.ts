/** Behind `@rpcgen/runtime/balance`: the ways of balancing calls over the servers of a service. */

export { createPicker } from "./balance/create-picker.js";
export { PeakEwma } from "./balance/peak-ewma.js";
export type { Balancer, LoadReport, Member, Picker, PickerTools } from "./balance/picker.js";
