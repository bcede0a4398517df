/** How an endpoint stands in Consul, and what a service in Consul is as an endpoint. */

import { formatHostPort, parseAddress, shownAddress } from "../address.js";
import { RpcError } from "../error/rpc-error.js";
import { printEndpoint, readEndpointText } from "./endpoint-json.js";
import type { Endpoint } from "./endpoint.js";

// Consul's limits of what it keeps beside a service.
const valueBytesMax = 512;
const valuesMax = 60;
const prefix = "rpcgen-";

type Json = Readonly<Record<string, unknown>>;

/**
 * What to send to an agent. Host, port and weight are there for everybody who asks Consul; all that an endpoint says stands
 * in values of its `Meta`, cut to the length that they may have. Throws `invalid-argument` where that is too much.
 */
export function consulService(id: string, service: string, endpoint: Endpoint, leaseMs: number): Json {
  const address = parseAddress(endpoint.address);
  if (address.kind !== "tcp" && address.kind !== "tls") {
    throw new RpcError(
      "invalid-argument",
      `${shownAddress(endpoint.address)} cannot be entered in Consul: it has no host and port`,
    );
  }
  const text = printEndpoint(endpoint).replace(/[^\x20-\x7e]/g, escaped);
  const parts = text.match(new RegExp(`.{1,${valueBytesMax}}`, "g")) ?? [];
  if (parts.length > valuesMax) {
    const most = valueBytesMax * valuesMax;
    throw new RpcError(
      "invalid-argument",
      `what is said of ${shownAddress(endpoint.address)} is longer than the ${most} bytes that Consul keeps`,
    );
  }
  return {
    ID: id,
    Name: service,
    Address: address.host,
    Port: address.port,
    // Consul knows no weight of 0.
    Weights: { Passing: Math.max(1, endpoint.weight), Warning: 1 },
    Meta: Object.fromEntries(parts.map((part, index) => [`${prefix}${index}`, part])),
    Check: {
      CheckID: id,
      Name: "the server says that it is there",
      TTL: `${leaseMs}ms`,
      Status: "passing",
      DeregisterCriticalServiceAfter: "1m",
    },
  };
}

/** The entries of an answer, not checked yet: healthy ones first, of equals the youngest. */
export function consulEntries(answer: unknown): readonly unknown[] {
  if (!Array.isArray(answer))
    throw new RpcError("internal", "Consul answered with something that is no list of services");
  const found = answer.map((node) => {
    const { Service: service, Node: machine, Checks: checks } = recordOf(node);
    const isCritical = Array.isArray(checks) && checks.some((check) => recordOf(check).Status === "critical");
    return {
      isCritical,
      age: -Number(recordOf(service).CreateIndex ?? 0),
      entry: entryOf(recordOf(service), recordOf(machine)),
    };
  });
  found.sort((a, b) => Number(a.isCritical) - Number(b.isCritical) || a.age - b.age);
  return found.map(({ isCritical, entry }) =>
    isCritical && recordOf(entry).health === "healthy" ? { ...recordOf(entry), health: "unhealthy" } : entry,
  );
}

function entryOf(service: Json, machine: Json): unknown {
  const meta = recordOf(service.Meta);
  if (meta[`${prefix}0`] === undefined) return foreignEntry(service, machine);
  const parts: string[] = [];
  for (let part = meta[`${prefix}0`]; typeof part === "string"; part = meta[`${prefix}${parts.length}`])
    parts.push(part);
  return readEndpointText(parts.join(""));
}

/** Of a service that somebody else has entered. */
function foreignEntry({ Address: own, Port: port, Meta: metadata, Weights: weights }: Json, machine: Json): unknown {
  const host = typeof own === "string" && own !== "" ? own : machine.Address;
  const { Passing: weight } = recordOf(weights);
  return {
    address: typeof host === "string" && typeof port === "number" ? `rpc://${formatHostPort(host, port)}` : undefined,
    // Consul's weights are 1 where nothing is said.
    weight: weight === undefined || weight === 1 ? 100 : weight,
    health: "healthy",
    metadata: metadata ?? {},
  };
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function recordOf(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
