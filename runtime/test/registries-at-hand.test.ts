/** The registries that need no other program: in memory and the static list; and opening them by address. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { RpcError } from "../src/error/rpc-error.js";
import { memoryRegistry, MemoryStore } from "../src/registry/memory.js";
import { openRegistry, openResolver } from "../src/registry/open-registry.js";
import type { Resolver } from "../src/registry/registry.js";
import { staticResolver } from "../src/registry/static.js";
import { parseRegistryAddress } from "../src/registry/registry-address.js";
import { describeRegistry } from "./kit/registry-contract.js";
import { eventually, Heard } from "./kit/registry-stage.js";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function opened<R extends Resolver>(resolver: R): R {
  closing.unshift(() => resolver.close());
  return resolver;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "registry-"));
  closing.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

describeRegistry({
  name: "memory",
  async start() {
    const store = new MemoryStore();
    return {
      open(options) {
        const registry = memoryRegistry({ ...options, store });
        return { resolver: registry, registrar: registry };
      },
      putGarbage: async (service) =>
        store.set(service, [null, "rpc://a:1", { address: "rpc://127.0.0.1;rm:1" }, ...store.list(service)]),
      end: async () => {},
    };
  },
});

describe("static list", () => {
  test("is what it was given, for every service", async () => {
    const resolver = opened(staticResolver(["rpc://a:1", { address: "RPC://b:2".replace("RPC", "rpc"), weight: 3 }]));
    const heard = new Heard();
    const watch = resolver.watch("any.Service", heard);
    expect(heard.lists).toEqual([]);
    await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1", "rpc://b:2"]));
    watch.refresh();
    watch.close();
    expect(heard.last?.[1]?.weight).toBe(3);
  });

  test.each([
    [[], "the list of servers is empty"],
    [["rpc://a:1", "rpc://A:1/"], "rpc://a:1 is in the list of servers more than once"],
    [["a:1"], "did you mean rpc://a:1?"],
    [[{ address: "rpc://a:1", weight: 1.5 }], "weight 1.5 of rpc://a:1 is not a whole number from 0 to 65535"],
  ])("refuses %j", (servers, why) => {
    expect(() => staticResolver(servers)).toThrow(why);
  });
});

test.each([
  ["file:/etc/a.json", "/etc/a.json"],
  ["file:///etc/a.json", "/etc/a.json"],
  ["file:///C:/etc/a%20b.json", "C:/etc/a b.json"],
  ["file:C:/etc/a.json", "C:/etc/a.json"],
  ["file:a:b.json", "a:b.json"],
])("%s is the file %s", (address, path) => {
  expect(parseRegistryAddress(address).path).toBe(path);
});

describe("opening by address", () => {
  test("file:, with the service behind #", async () => {
    const path = join(await folder(), "my list.json");
    await writeFile(path, JSON.stringify({ services: { "a.A": ["rpc://a:1"], "b.B": ["rpc://b:2"] } }));
    const { resolver, service } = openResolver(`file:${path.replace(" ", "%20")}#b.B`);
    opened(resolver);
    const heard = new Heard();
    resolver.watch(service, heard);
    expect(service).toBe("b.B");
    await eventually(() => expect(heard.addresses).toEqual(["rpc://b:2"]));
    await expect(openRegistry(`file:${path}`)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining("servers can be found there, but not entered"),
    });
  });

  test.each([
    ["etc://a:1/b", "did you mean etcd://host:2379,host:2379/SERVICE?"],
    ["zookeper://a:1/b", "did you mean zookeeper://host:2181"],
    ["ETCD://a:1/b", "did you mean etcd://"],
    ["redis://a:1/b", "it names no registry (dns:, srv:, file:, etcd:"],
    ["etcd://a/b", '"a" is no host:port; write etcd://host:2379,host:2379/SERVICE'],
    ["etcd://user:secret@a:x/b", "etcd://…@a:x/b"],
    ["etcd://user:pass@secret@a:x/b", "etcd://…@a:x/b"],
    ["etcd://user:secret/and@secret@a:1/b", "what stands before its first / is no host:port"],
    ["etcd://user:secret?and#secret@a:1/b", "etcd://…@a:1/b"],
    ["etcd://user:100%secret@a:1/b", "its user or password has a % that begins no escape"],
    ["etcd://a:1/%zz", "begins no escape"],
    ["hub://h:1", "it names no service; write hub://host:7700/SERVICE"],
    ["etcd://h:1/", "it names no service; write etcd://host:2379,host:2379/SERVICE"],
    ["etcd:a:1", "write etcd://host:2379"],
    ["file:", "write file:/path/to/endpoints.json"],
    ["", "it names no registry"],
  ])("%s is refused in words", (address, why) => {
    let thrown: unknown;
    try {
      openResolver(address);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RpcError);
    expect(thrown).toMatchObject({ code: "invalid-argument", message: expect.stringContaining(why) });
    expect(String(thrown)).not.toContain("secret");
  });

  test("an adapter can be brought along", async () => {
    const store = new MemoryStore();
    const adapters = { hub: () => memoryRegistry({ store }) };
    const registry = opened(await openRegistry("hub://h:1", { adapters }));
    await registry.register("a.A", { address: "rpc://a:1" });
    const { resolver, service } = openResolver("hub://h:1/a.A", { adapters });
    opened(resolver);
    const heard = new Heard();
    resolver.watch(service, heard);
    await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1"]));
  });

  test("closing before the adapter is loaded ends", async () => {
    const { resolver } = openResolver("file:/nowhere/endpoints.json");
    const heard = new Heard();
    resolver.watch("", heard);
    await resolver.close();
    await resolver.close();
    expect(heard).toMatchObject({ lists: [], failures: [] });
  });
});

test("what an adapter does not want to watch is told as its failure", async () => {
  const refusing = {
    watch: () => {
      throw new RpcError("invalid-argument", "not that one");
    },
    close: async () => {},
  };
  const { resolver } = openResolver("hub://h:1/a.A", { adapters: { hub: () => refusing } });
  const heard = new Heard();
  resolver.watch("a.A", heard);
  await eventually(() => expect(heard.failures).toMatchObject([{ message: "not that one" }]));
  await resolver.close();
});
