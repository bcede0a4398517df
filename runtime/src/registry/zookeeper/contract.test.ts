/** ZooKeeper under the suite that all registries pass, beside a server in this process. */

import { systemClock } from "../../clock.js";
import { FakeZookeeper } from "../../../test/kit/fake-zookeeper.js";
import { describeRegistry } from "../../../test/kit/registry-contract.js";
import { zookeeperRegistry } from "./zookeeper-registry.js";

describeRegistry({
  name: "zookeeper (a server in this process)",
  start: async () => {
    const server = new FakeZookeeper(systemClock);
    return {
      open: (options) => {
        const { openSocket } = server;
        const made = { servers: ["zoo:2181"], sessionTimeoutMs: 500, registerTimeoutMs: 1000, openSocket, ...options };
        const registry = zookeeperRegistry(made);
        return { resolver: registry, registrar: registry };
      },
      stop: async () => server.kill(),
      restart: async (empty) => {
        if (empty) server.wipe();
        server.start();
      },
      loseLeases: async () => {
        for (const id of server.sessionIds) server.expire(id);
      },
      putGarbage: async (service) => server.put(`/rpcgen/${service}/rpc%3A%2F%2Fnowhere`, "{ no json"),
      end: async () => server.kill(),
    };
  },
});
