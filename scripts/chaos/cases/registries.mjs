/** Faults of registries, while servers are registered there and clients watch. */

export const cases = [];
