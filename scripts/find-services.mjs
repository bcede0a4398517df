/** Finds the servers and libraries of other projects on this machine: each says what tests have to know, as variables of the environment, or what is missing. */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** `ETCD` is the path of one that is elsewhere. */
export function findEtcd() {
  const path = process.env.ETCD ?? "etcd";
  if (spawnSync(path, ["--version"]).status === 0) return { env: { ETCD: path } };
  return { missing: "there is no etcd; on Debian: apt-get install -y etcd-server, or set ETCD" };
}

/** `ZOOKEEPER_CLASSPATH` leads to jars that are elsewhere. */
export function findZookeeper() {
  const how = "on Debian: apt-get install -y zookeeper default-jre-headless";
  if (spawnSync("java", ["-version"]).status !== 0) return { missing: `there is no java; ${how}` };
  const given = process.env.ZOOKEEPER_CLASSPATH;
  const folders = ["/usr/share/java", "/usr/share/zookeeper/lib", "/opt/zookeeper/lib"];
  for (const folder of given === undefined ? folders : []) {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    if (names.includes("zookeeper.jar")) return { env: { ZOOKEEPER_CLASSPATH: join(folder, "zookeeper.jar") } };
    if (names.some((name) => /^zookeeper-\d.*\.jar$/.test(name)))
      return { env: { ZOOKEEPER_CLASSPATH: join(folder, "*") } };
  }
  if (given !== undefined) return { env: { ZOOKEEPER_CLASSPATH: given } };
  return { missing: `zookeeper.jar is in none of ${folders.join(", ")}; ${how}, or set ZOOKEEPER_CLASSPATH` };
}

/** What lets the wall clock of one process jump; `FAKETIME` is the path of a library that is elsewhere. */
export function findFaketime() {
  const folders = existsSync("/usr/lib") ? readdirSync("/usr/lib").map((name) => `/usr/lib/${name}/faketime`) : [];
  const paths = folders.map((folder) => join(folder, "libfaketimeMT.so.1"));
  const path = process.env.FAKETIME ?? paths.find((one) => existsSync(one));
  if (path !== undefined) return { env: { FAKETIME: path } };
  return { missing: "there is no libfaketime; on Debian: apt-get install -y faketime, or set FAKETIME" };
}
