/** Balancers by their names, for policy files and for options that are plain data. */

import { RpcError } from "../error/rpc-error.js";
import { refused } from "./check-option.js";
import { byField, byMetadata, type HashKey } from "./hash-key.js";
import { leastConnections } from "./least-connections.js";
import { leastLoad, type LeastLoadOptions } from "./least-load.js";
import { maglev } from "./maglev.js";
import { p2c } from "./p2c.js";
import { pickFirst, type PickFirstOptions } from "./pick-first.js";
import type { Balancer } from "./picker.js";
import { random, weightedRandom } from "./random-pick.js";
import { ringHash } from "./ring-hash.js";
import { roundRobin } from "./round-robin.js";
import { sourceHash } from "./source-hash.js";
import { subset } from "./subset.js";
import { weightedRoundRobin } from "./weighted-round-robin.js";
import { zonePreference } from "./zone-preference.js";

/** Names that `balancerByName` takes. */
export type BalancerName =
  | "pick-first"
  | "round-robin"
  | "random"
  | "least-connections"
  | "weighted-round-robin"
  | "weighted-random"
  | "p2c"
  | "ring-hash"
  | "maglev"
  | "source-hash"
  | "zone-preference"
  | "subset"
  | "least-load";

/** What a file says of a balancer beside its name; which options there are depends on the name. */
export type BalancerOptions = Readonly<Record<string, unknown>>;

interface Recipe {
  readonly options: readonly string[];
  readonly make: (options: BalancerOptions) => Balancer;
}

/** Balancers that others wrap may themselves wrap, but not for ever. */
const depthMax = 4;

const recipes: Readonly<Record<BalancerName, Recipe>> = {
  "pick-first": { options: ["shuffle"], make: (options) => pickFirst(pickFirstOptions(options)) },
  "round-robin": { options: [], make: () => roundRobin() },
  random: { options: [], make: () => random() },
  "least-connections": { options: [], make: () => leastConnections() },
  "weighted-round-robin": { options: [], make: () => weightedRoundRobin() },
  "weighted-random": { options: [], make: () => weightedRandom() },
  p2c: { options: [], make: () => p2c() },
  "ring-hash": {
    options: ["key", "points"],
    make: ({ key, points }) => ringHash({ key: keyFrom(key), points: numberFrom("points", points) }),
  },
  maglev: { options: ["key"], make: ({ key }) => maglev({ key: keyFrom(key) }) },
  "source-hash": { options: ["source"], make: ({ source }) => sourceHash({ source: textFrom("source", source) }) },
  "zone-preference": {
    options: ["zone", "membersMin", "inFlightMax", "inner"],
    make: ({ zone, membersMin, inFlightMax, inner }) =>
      zonePreference(innerFrom(inner), {
        zone: textFrom("zone", zone),
        membersMin: numberFrom("membersMin", membersMin),
        inFlightMax: numberFrom("inFlightMax", inFlightMax),
      }),
  },
  subset: {
    options: ["client", "size", "inner"],
    make: ({ client, size, inner }) =>
      subset(innerFrom(inner), {
        client: typeof client === "number" ? client : textFrom("client", client),
        size: numberFrom("size", size) ?? 20,
      }),
  },
  "least-load": {
    options: ["cpuFull", "eventLoopDelayMsFull", "inFlightFull"],
    make: (options) => leastLoad(leastLoadOptions(options)),
  },
};

const byName: ReadonlyMap<string, Recipe> = new Map(Object.entries(recipes));

/** All names that `balancerByName` takes. */
export const balancerNames: readonly string[] = [...byName.keys()];

/**
 * The balancer of a name, with options as plain data: a `key` is `{ "metadata": NAME }` or `{ "field": PATH }`, and `inner`
 * (of `zone-preference` and `subset`; `p2c` where left out) a name or `{ "name": NAME, … }` with its options. Throws an
 * `invalid-argument` RpcError for names and options that there are not, and for values that make no sense.
 */
export function balancerByName(name: string, options: BalancerOptions = {}): Balancer {
  const recipe = byName.get(name);
  if (recipe === undefined) {
    const known = balancerNames.join(", ");
    throw new RpcError(
      "invalid-argument",
      `there is no balancer ${JSON.stringify(String(name).slice(0, 64))}; there are ${known}`,
    );
  }
  for (const option of Object.keys(options)) {
    if (recipe.options.includes(option)) continue;
    const known = recipe.options.length > 0 ? `it takes ${recipe.options.join(", ")}` : "it takes none";
    throw new RpcError("invalid-argument", `the balancer ${name} has no option \`${option.slice(0, 64)}\`; ${known}`);
  }
  return recipe.make(options);
}

function innerFrom(inner: unknown): Balancer {
  let depth = 0;
  for (let at = inner; isObject(at); at = at["inner"]) {
    if (++depth > depthMax) throw new RpcError("invalid-argument", `balancers are nested at most ${depthMax} deep`);
  }
  if (inner === undefined) return p2c();
  if (typeof inner === "string") return balancerByName(inner);
  if (!isObject(inner)) throw refused("inner", "the name of a balancer, or an object with its name and options", inner);
  const { name, ...options } = inner;
  return balancerByName(textFrom("name", name), options);
}

function keyFrom(key: unknown): HashKey {
  if (isObject(key)) {
    const { metadata, field, ...rest } = key;
    const isOne = Object.keys(rest).length === 0 && (metadata === undefined) !== (field === undefined);
    if (isOne)
      return field === undefined ? byMetadata(textFrom("metadata", metadata)) : byField(textFrom("field", field));
  }
  throw refused("key", '{ "metadata": "a-name" } or { "field": "a.path" }', key);
}

function pickFirstOptions({ shuffle }: BalancerOptions): PickFirstOptions {
  if (shuffle !== undefined && typeof shuffle !== "boolean") throw refused("shuffle", "true or false", shuffle);
  return { shuffle };
}

function leastLoadOptions(options: BalancerOptions): LeastLoadOptions {
  return {
    cpuFull: numberFrom("cpuFull", options["cpuFull"]),
    eventLoopDelayMsFull: numberFrom("eventLoopDelayMsFull", options["eventLoopDelayMsFull"]),
    inFlightFull: numberFrom("inFlightFull", options["inFlightFull"]),
  };
}

function numberFrom(name: string, value: unknown): number | undefined {
  if (value === undefined || typeof value === "number") return value;
  throw refused(name, "a number", value);
}

function textFrom(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw refused(name, "a text", value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
