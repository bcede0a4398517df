/** A real ZooKeeper server for tests: finds what is installed, starts it in a folder of its own, kills and restarts it. */

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const jarFolders = ["/usr/share/java", "/usr/share/zookeeper/lib", "/opt/zookeeper/lib"];

/** Where the jars are, or a sentence that says what is missing. `ZOOKEEPER_CLASSPATH` leads to jars elsewhere. */
export function findZookeeper(): { readonly classpath: string } | { readonly missing: string } {
  const how = "on Debian: apt-get install -y zookeeper default-jre-headless";
  if (spawnSync("java", ["-version"]).status !== 0) return { missing: `there is no java; ${how}` };
  const given = process.env["ZOOKEEPER_CLASSPATH"];
  if (given !== undefined) return { classpath: given };
  for (const folder of jarFolders) {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    if (names.includes("zookeeper.jar")) return { classpath: join(folder, "zookeeper.jar") };
    if (names.some((name) => /^zookeeper-\d.*\.jar$/.test(name))) return { classpath: join(folder, "*") };
  }
  return { missing: `zookeeper.jar is in none of ${jarFolders.join(", ")}; ${how}, or set ZOOKEEPER_CLASSPATH` };
}

export class ZookeeperServer {
  readonly port: number;
  private readonly classpath: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "rpcgen-zookeeper-"));
  private child: ChildProcess | undefined;
  private output = "";

  private constructor(classpath: string, port: number) {
    this.classpath = classpath;
    this.port = port;
  }

  static async start(classpath: string): Promise<ZookeeperServer> {
    const server = new ZookeeperServer(classpath, await freePort());
    await server.start();
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts, or starts again with the data that are there; settles when the server answers. */
  async start(): Promise<void> {
    const settings = [
      `clientPort=${this.port}`,
      "clientPortAddress=127.0.0.1",
      `dataDir=${join(this.folder, "data")}`,
      // Sessions can be as short as two ticks.
      "tickTime=250",
      "admin.enableServer=false",
      "4lw.commands.whitelist=ruok",
    ];
    const file = join(this.folder, "zoo.cfg");
    writeFileSync(file, `${settings.join("\n")}\n`);
    const main = "org.apache.zookeeper.server.ZooKeeperServerMain";
    const flags = ["-Xmx128m", "-XX:TieredStopAtLevel=1", "-Dzookeeper.jmx.log4j.disable=true"];
    const child = spawn("java", [...flags, "-cp", this.classpath, main, file], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => (this.output = (this.output + String(chunk)).slice(-4000)));
    }
    this.child = child;
    for (let tries = 0; tries < 600; tries++) {
      if (child.exitCode !== null) break;
      if (await saysImOk(this.port)) return;
      await pause(50);
    }
    throw new Error(`ZooKeeper does not answer:\n${this.output}`);
  }

  /** As a machine that loses its power. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Lets it stand still, and go on. */
  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.child?.kill(name);
  }

  /** Loses all that it has stored; while it is down. */
  wipe(): void {
    rmSync(join(this.folder, "data"), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function saysImOk(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    let text = "";
    socket.setTimeout(1000, () => socket.destroy());
    socket.on("connect", () => socket.write("ruok"));
    socket.on("data", (chunk) => (text += String(chunk)));
    socket.on("error", () => {});
    socket.on("close", () => resolve(text === "imok"));
  });
}
