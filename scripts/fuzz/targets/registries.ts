/** Fuzzes what registries answer: endpoints as JSON, ZooKeeper's records. */

import { RpcError } from "../../../runtime/src/error/rpc-error.js";
import { checkEndpoints } from "../../../runtime/src/registry/check-endpoint.js";
import { readAnswer, readEndpointText } from "../../../runtime/src/registry/endpoint-json.js";
import { JuteError, JuteReader } from "../../../runtime/src/registry/zookeeper/jute.js";
import {
  create,
  exists,
  getChildren,
  getData,
  openAcl,
  readEventPath,
  readReplyHeader,
  readWelcome,
} from "../../../runtime/src/registry/zookeeper/records.js";
import { damagedBytes, damagedText } from "../mutate.js";
import { broken, type FuzzTarget } from "../target.js";

const lists = [
  '[{"address":"rpc://10.0.0.1:7000","weight":100,"zone":"a","health":"healthy","metadata":{"v":"1"}}]',
  '[{"address":"rpc://10.0.0.1:7000"},{"address":"rpcs://b.example:1","weight":0},{"address":"rpc://[::1]:65535"}]',
  '[{"address":"rpc://127.0.0.1;rm:70000","weight":-1},{"address":"","weight":1e9},{"address":"memory:x"}]',
  '[{"address":"rpc://a:1","metadata":{"__proto__":"x","constructor":"y"}},null,[],5,"rpc://a:1"]',
];

export const endpoints: FuzzTarget = {
  name: "endpoints",
  about:
    "lists of servers as registries answer them: what comes out is checked, each address once, and nothing is thrown",
  generate: (chance) => [damagedText(chance.oneOf(lists), chance)],
  run([text]) {
    const answer = ((): unknown => {
      try {
        return readAnswer(String(text), "the registry");
      } catch (error) {
        if (!RpcError.is(error)) throw error;
        return readEndpointText(String(text));
      }
    })();
    const given: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
    const { endpoints: checked } = checkEndpoints(given, "registry");
    const addresses = new Set(checked.map(({ address }) => address));
    if (addresses.size !== checked.length) broken("an address came out twice");
    for (const { weight } of checked) if (!(weight >= 0 && weight < 1e9)) broken(`a weight of ${weight} came out`);
    if (({} as Record<string, unknown>)["v"] !== undefined) broken("the prototype of objects was changed");
  },
};

const records = [
  "00000000000027100100000000000001000000101011121314151617181920212223242500",
  "000000010000000000000001000000000000000300000001610000000162000000027878",
  "0000000000000001000000000000000200000000000003e800000000000003e80000000100000000000000000000000000000000000000020000000000000000000000000001",
  "00000004deadbeef0000000000000001000000000000000200000000000003e800000000000003e8000000010000000000000000000000000000000000000004000000000000000000000001",
].map((hex) => Buffer.from(hex, "hex"));

const readers: Readonly<Record<string, (reader: JuteReader) => unknown>> = {
  welcome: readWelcome,
  header: readReplyHeader,
  event: readEventPath,
  create: (reader) => create("/a", new Uint8Array(0), true, openAcl).read(reader),
  exists: (reader) => exists("/a", true).read(reader),
  data: (reader) => getData("/a", true).read(reader),
  children: (reader) => getChildren("/a", true).read(reader),
};

export const zookeeper: FuzzTarget = {
  name: "zookeeper",
  about: "ZooKeeper's records: nothing but a JuteError is thrown, whatever lengths they claim",
  generate: (chance) => [chance.oneOf(Object.keys(readers)), damagedBytes(chance.oneOf(records), chance)],
  run([name, bytes]) {
    const read = readers[String(name)];
    if (read === undefined || !(bytes instanceof Uint8Array)) return;
    try {
      read(new JuteReader(bytes));
    } catch (error) {
      if (!(error instanceof JuteError)) throw error;
    }
  },
};
