/** The door `@rpcgen/runtime/registry/zookeeper`: ZooKeeper as a registry, spoken to over a client of our own. */

export { openZookeeper, zookeeperRegistry, type ZookeeperOptions } from "./zookeeper/zookeeper-registry.js";
