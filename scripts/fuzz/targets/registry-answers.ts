/** Fuzzes the answers of etcd, Consul and hubs, up to the endpoints that come out of them. */

import { decodeServers, encodeServers } from "../../../runtime/src/builtin/gen/rpcgen/hub/v1/hub.codec.js";
import { DecodeError } from "../../../runtime/src/bytes/decode-error.js";
import { Reader } from "../../../runtime/src/bytes/reader.js";
import { Writer } from "../../../runtime/src/bytes/writer.js";
import { rawEndpointOf } from "../../../runtime/src/client/hub-entry.js";
import { RpcError } from "../../../runtime/src/error/rpc-error.js";
import { checkEndpoints } from "../../../runtime/src/registry/check-endpoint.js";
import { consulEntries } from "../../../runtime/src/registry/consul-entry.js";
import { readAnswer, readEndpointText } from "../../../runtime/src/registry/endpoint-json.js";
import { etcdChange, etcdListing } from "../../../runtime/src/registry/etcd-client.js";
import { damagedBytes, damagedText } from "../mutate.js";
import { broken, type FuzzTarget } from "../target.js";

/** What comes out is of use, and each address once. */
function checkOut(entries: readonly unknown[]): void {
  const { endpoints } = checkEndpoints(entries, "registry");
  if (new Set(endpoints.map(({ address }) => address)).size !== endpoints.length) broken("an address came out twice");
  for (const { address, weight } of endpoints) {
    if (!/^rpcs?:/.test(address)) broken(`the address ${address} came out`);
    if (!(weight >= 0 && weight <= 65_535)) broken(`a weight of ${weight} came out`);
  }
}

/** Answers that make no sense may be refused, with an error of the runtime's own. */
function orRefuse(read: () => readonly unknown[]): void {
  let entries: readonly unknown[];
  try {
    entries = read();
  } catch (error) {
    if (RpcError.is(error) || error instanceof DecodeError) return;
    throw error;
  }
  checkOut(entries);
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const kv = {
  key: base64("/rpcgen/s/10.0.0.1:7000/1f"),
  value: base64('{"address":"rpc://10.0.0.1:7000","weight":100,"metadata":{"v":"1"}}'),
  create_revision: "12",
  mod_revision: "13",
};
const listings = [
  { header: { revision: "14" }, kvs: [kv, { ...kv, value: undefined }] },
  { header: { revision: "2" } },
].map((one) => JSON.stringify(one));
const events = [{ kv }, { type: "DELETE", kv: { key: kv.key, mod_revision: "15" } }].map((one) => JSON.stringify(one));

export const etcd: FuzzTarget = {
  name: "etcd",
  about: "etcd's listings and events: what comes out is checked, and nothing but an RpcError is thrown",
  generate(chance) {
    const kind = chance.oneOf(["listing", "event"]);
    return [kind, damagedText(chance.oneOf(kind === "listing" ? listings : events), chance)];
  },
  run([kind, text]) {
    orRefuse(() => {
      const answer = readAnswer(String(text), "etcd");
      if (kind === "listing") return etcdListing(answer).entries.map(({ value }) => readEndpointText(value));
      const change = etcdChange(answer);
      return change.kind === "put" ? [readEndpointText(change.entry.value)] : [];
    });
  },
};

const foreign = {
  Address: "10.0.0.2",
  Port: 7000,
  Weights: { Passing: 3, Warning: 1 },
  Meta: { v: "1" },
  CreateIndex: 7,
};
const node = {
  Node: { Address: "10.0.0.9" },
  Service: foreign,
  Checks: [{ Status: "critical" }, { Status: "passing" }],
};
const own = '{"address":"rpc://10.0.0.1:7000","weight":5,"health":"healthy"}';
const nodes = [
  [node],
  [node, { ...node, Service: { ...foreign, Address: "", Port: 1, Meta: { "rpcgen-0": own } } }],
  [],
];

export const consul: FuzzTarget = {
  name: "consul",
  about: "Consul's lists of services: what comes out is checked, and nothing but an RpcError is thrown",
  generate: (chance) => [damagedText(JSON.stringify(chance.oneOf(nodes)), chance)],
  run([text]) {
    orRefuse(() => consulEntries(readAnswer(String(text), "Consul")));
  },
};

const entry = {
  service: "s",
  address: "rpc://10.0.0.1:7000",
  weight: 7,
  zone: "a",
  health: "HEALTHY",
  metadata: { v: "1" },
} as const;

function serversBytes(): Uint8Array {
  const writer = new Writer();
  const end = encodeServers(writer, { entries: [entry, { ...entry, address: "rpcs://b:1" }], isGathering: true }, 0);
  return writer.buffer.slice(0, end);
}

export const hub: FuzzTarget = {
  name: "hub",
  about: "a hub's lists of servers: what comes out is checked, and nothing but a DecodeError is thrown",
  generate: (chance) => [damagedBytes(serversBytes(), chance)],
  run([bytes]) {
    if (!(bytes instanceof Uint8Array)) return;
    orRefuse(() => {
      const reader = new Reader(Buffer.from(bytes));
      return decodeServers(reader, bytes.length).entries.map(rawEndpointOf);
    });
  },
};
