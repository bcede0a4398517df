/** A real etcd for tests: started in a folder of its own, killed and started again. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Paths of what a member that speaks TLS needs. */
export interface EtcdCertificates {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string;
}

interface Member {
  readonly name: string;
  readonly port: number;
  readonly peerPort: number;
}

const peerUrl = ({ peerPort }: Member): string => `http://127.0.0.1:${peerPort}`;

export class EtcdServer {
  readonly url: string;
  private readonly member: Member;
  private readonly cluster: string;
  private readonly tls: EtcdCertificates | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), "rpcgen-etcd-"));
  private child: ChildProcess | undefined;
  private output = "";

  private constructor(member: Member, cluster: string, tls: EtcdCertificates | undefined) {
    this.member = member;
    this.url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${member.port}`;
    this.cluster = cluster;
    this.tls = tls;
  }

  /** A cluster of so many members, all of which answer. */
  static async startCluster(count: number): Promise<readonly EtcdServer[]> {
    const members = await findPlaces(count);
    const cluster = members.map((member) => `${member.name}=${peerUrl(member)}`).join(",");
    const servers = members.map((member) => new EtcdServer(member, cluster, undefined));
    await Promise.all(servers.map((server) => server.start()));
    return servers;
  }

  /** `ETCD` says which program it is; scripts/test-services.mjs finds it. */
  static async start(tls?: EtcdCertificates): Promise<EtcdServer> {
    const [member] = await findPlaces(1);
    if (member === undefined) throw new Error("no place");
    const server = new EtcdServer(member, `${member.name}=${peerUrl(member)}`, tls);
    await server.start();
    return server;
  }

  get place(): string {
    return `127.0.0.1:${this.member.port}`;
  }

  /** Starts, or starts again with the data that are there; settles when it answers. */
  async start(): Promise<void> {
    const { member, url, cluster, tls, folder } = this;
    const peer = peerUrl(member);
    const flags = [
      ...["--name", member.name, "--data-dir", join(folder, "data")],
      ...["--listen-client-urls", url, "--advertise-client-urls", url],
      ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", cluster],
      // Leases cannot be shorter than an election takes.
      ...["--heartbeat-interval", "50", "--election-timeout", "500", "--log-level", "error"],
      ...(tls === undefined ? [] : ["--cert-file", tls.certificate, "--key-file", tls.key]),
      ...(tls === undefined ? [] : ["--client-cert-auth", "--trusted-ca-file", tls.clientCa]),
    ];
    const child = spawn(process.env["ETCD"] ?? "etcd", flags, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => (this.output = (this.output + String(chunk)).slice(-4000)));
    }
    this.child = child;
    await once(child, "spawn");
    for (let tries = 0; tries < 400 && child.exitCode === null; tries++) {
      if (await this.isServing()) return;
      await pause(25);
    }
    throw new Error(`etcd does not answer:\n${this.output}`);
  }

  /** As a machine that loses its power. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** Lets it stand still, and go on. */
  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.child?.kill(name);
  }

  /** Loses all that it has stored; while it is down. */
  wipe(): void {
    rmSync(join(this.folder, "data"), { recursive: true, force: true });
  }

  /** One request to its gateway. */
  async ask(path: string, body: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`${this.url}${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as Readonly<Record<string, unknown>>;
  }

  /** Its own number, and that of the member that it takes for the leader. */
  async standing(): Promise<{ readonly id: string; readonly leader: string }> {
    const { header, leader } = await this.ask("/v3/maintenance/status", {});
    return { id: String((header as { readonly member_id: unknown }).member_id), leader: String(leader) };
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async isServing(): Promise<boolean> {
    // It wants certificates that the test has: that it listens has to do.
    if (this.tls !== undefined) return isListening(this.member.port);
    try {
      const response = await fetch(`${this.url}/health`, { signal: AbortSignal.timeout(1000) });
      return ((await response.json()) as { readonly health?: unknown }).health === "true";
    } catch {
      return false;
    }
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("connect", () => resolve(true));
    socket.on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

/** All ports are held until all are known, so that no two are the same. */
async function findPlaces(count: number): Promise<readonly Member[]> {
  const servers = Array.from({ length: 2 * count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address !== null && typeof address !== "string") ports.push(address.port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return Array.from({ length: count }, (_, i) => ({
    name: `m${i}`,
    port: ports[2 * i] ?? 0,
    peerPort: ports[2 * i + 1] ?? 0,
  }));
}
