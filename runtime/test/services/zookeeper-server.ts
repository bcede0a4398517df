/** A real ZooKeeper server for tests: started in a folder of its own, killed and started again. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export class ZookeeperServer {
  readonly port: number;
  private readonly classpath = process.env["ZOOKEEPER_CLASSPATH"] ?? "/usr/share/java/zookeeper.jar";
  private readonly folder = mkdtempSync(join(tmpdir(), "rpcgen-zookeeper-"));
  private child: ChildProcess | undefined;
  private output = "";

  private constructor(port: number) {
    this.port = port;
  }

  /** `ZOOKEEPER_CLASSPATH` says where its jars are; scripts/test-services.mjs finds them. */
  static async start(): Promise<ZookeeperServer> {
    const server = new ZookeeperServer(await freePort());
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
      "4lw.commands.whitelist=srvr",
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
      if (await isServing(this.port)) return;
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

function isServing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    let text = "";
    socket.setTimeout(1000, () => socket.destroy());
    socket.on("connect", () => socket.write("srvr"));
    socket.on("data", (chunk) => (text += String(chunk)));
    socket.on("error", () => {});
    socket.on("close", () => resolve(text.includes("Mode: standalone")));
  });
}
