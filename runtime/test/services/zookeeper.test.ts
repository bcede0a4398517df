/** ZooKeeper's own server: the suite of all registries, expiring sessions, and a machine that dies with and without its data. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { zookeeperRegistry, type ZookeeperOptions } from "../../src/registry/zookeeper/zookeeper-registry.js";
import type { Registry } from "../../src/registry/registry.js";
import { describeRegistry } from "../kit/registry-contract.js";
import { eventually, Heard, service } from "../kit/registry-stage.js";
import { findZookeeper, ZookeeperServer } from "./zookeeper-server.js";

const found = findZookeeper();
if ("missing" in found) throw new Error(found.missing);
const { classpath } = found;

const a = "rpc://10.0.0.1:7001";
const b = "rpc://10.0.0.2:7002";

describeRegistry({
  name: "zookeeper (its own server)",
  start: async () => {
    const server = await ZookeeperServer.start(classpath);
    return {
      open: (options) => {
        const registry = open(server, options);
        return { resolver: registry, registrar: registry };
      },
      stop: () => server.kill(),
      restart: async (empty) => {
        if (empty) server.wipe();
        await server.start();
      },
      // Sessions end while nobody can renew them: the server stands still for longer than they live.
      loseLeases: async () => {
        server.signal("SIGSTOP");
        await pause(1500);
        server.signal("SIGCONT");
      },
      putGarbage: async (name) => {
        const other = open(server, {});
        await other.register(name, { address: "rpc://10.0.0.9:9" });
      },
      end: () => server.close(),
    };
  },
});
