/** Opens a channel over many servers; loaded when a channel has more than one, or asks for what only these can do. */

import { parseAddress, registrySchemeOf } from "../../address.js";
import { Backoff, defaultBackoff } from "../../backoff.js";
import { p2c } from "../../balance/p2c.js";
import type { Balancer } from "../../balance/picker.js";
import { RpcError } from "../../error/rpc-error.js";
import { openResolver, type OpenedResolver } from "../../registry/open-registry.js";
import { staticResolver } from "../../registry/static.js";
import type { ConnectOptions, ConnectTarget } from "../connect-options.js";
import type { OpenHubChannel } from "../hub-registry.js";
import type { LinkSettings } from "../link.js";
import { openerFor } from "../opener.js";
import { FleetCaller } from "./fleet-caller.js";
import type { ResolvedFleetOptions } from "./fleet-options.js";

/** What `connect` has settled before the rest is loaded. */
export interface FleetSettings extends LinkSettings {
  readonly failFast: boolean;
  readonly closeGraceMs: number;
  readonly fleet: ResolvedFleetOptions;
  /** How a hub is reached, which is a server like others. */
  readonly connect: OpenHubChannel;
}

/** `name` stands for addresses that name no service, in errors and events. Rejects with an RpcError for a target that makes no sense. */
export async function openFleet(
  target: ConnectTarget,
  name: string,
  settings: FleetSettings,
  options: ConnectOptions,
): Promise<FleetCaller> {
  const { clock, limits } = settings;
  const { health = false } = options;
  const random = options.network?.random ?? Math.random;
  const balancer = await balancerFor(options);
  const { resolver, service } = resolverFor(target, settings, options, random);
  return new FleetCaller({
    ...settings,
    name: service === "" ? name : service,
    resolver,
    service,
    random,
    opener: (address) => openerFor(parseAddress(address), clock, limits, options),
    backoff: () => new Backoff({ ...defaultBackoff, ...options.backoff }, random),
    balancer,
    healthOf: health === false ? undefined : health === true ? service : health.service,
  });
}

/** Only those are loaded that are asked for. */
async function balancerFor({ balance = p2c(), zone }: ConnectOptions): Promise<Balancer> {
  let balancer = balance;
  if (typeof balancer === "string") {
    const { balancerByName } = await import("../../balance/balancer-by-name.js");
    balancer = balancerByName(balancer);
  }
  if (!isBalancer(balancer)) {
    const why =
      typeof balancer === "function" ? "a function that makes one is to be called: `roundRobin()`" : "this is none";
    throw new RpcError("invalid-argument", `balance is the name of a balancer, or a balancer; ${why}`);
  }
  if (zone === undefined) return balancer;
  const { zonePreference } = await import("../../balance/zone-preference.js");
  return zonePreference(balancer, { zone });
}

/** Looks at what it really is, because programs without types come here, too. */
function isBalancer(given: unknown): given is Balancer {
  return typeof given === "object" && given !== null && "create" in given && typeof given.create === "function";
}

function resolverFor(
  target: ConnectTarget,
  { clock, observe, connect }: FleetSettings,
  { registry }: ConnectOptions,
  random: () => number,
): OpenedResolver {
  if (typeof target !== "string") {
    return "resolver" in target ? target : { resolver: staticResolver(target, clock), service: "" };
  }
  return registrySchemeOf(target) === undefined
    ? { resolver: staticResolver([target], clock), service: "" }
    : openResolver(target, {
        clock,
        observe,
        random,
        ...registry,
        adapters: {
          hub: async (address, adapterOptions) =>
            (await import("../hub-registry.js")).openHub(address, adapterOptions, connect),
          ...registry?.adapters,
        },
      });
}
