/** What chaos cases use of the tests' own kit: real servers of other projects, and fakes where real ones cannot be made to fail. */

export { createNameLookup } from "../../runtime/src/registry/dns-lookup.js";
export { FakeEtcd } from "../../runtime/test/kit/fake-etcd.js";
export { FakeNameServer } from "../../runtime/test/kit/fake-name-server.js";
export { EtcdServer } from "../../runtime/test/services/etcd-server.js";
export { ZookeeperServer } from "../../runtime/test/services/zookeeper-server.js";
