/** A copy of the monorepo example outside of this one, with packed tarballs in place of links: somebody else's repository. */

import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const made = new Set(["node_modules", "dist", "gen", ".data", "package-lock.json", ".rpcgen-manifest.json"]);

/** Copies what is committed into an empty folder, and lets its packages depend on these tarballs. */
export function copyExample(folder, tarballs) {
  cpSync(join(root, "examples/monorepo"), folder, {
    recursive: true,
    filter: (path) => !made.has(basename(path)) && !/packages\/sdk\/(?!package\.json)/.test(path),
  });
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => basename(name) === "package.json")) {
    const text = readFileSync(join(folder, file), "utf8");
    if (!text.includes('"file:')) continue;
    const json = JSON.parse(text);
    for (const dependencies of [json.dependencies ?? {}, json.devDependencies ?? {}]) {
      for (const [name, spec] of Object.entries(dependencies)) {
        if (spec.startsWith("file:")) dependencies[name] = `file:${tarballs[name]}`;
      }
    }
    writeFileSync(join(folder, file), JSON.stringify(json, undefined, 2));
  }
}

/** Packs what would be published; by name. */
export function packBoth(into) {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  const pack = (folder) => {
    const { stdout } = spawnSync("npm", ["pack", "--silent", "--pack-destination", into], {
      cwd: folder,
      encoding: "utf8",
    });
    return join(into, stdout.trim().split("\n").at(-1));
  };
  return { rpcgen: pack(root), "@rpcgen/runtime": pack(join(root, "runtime")) };
}

/** A port that is free now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** `npm run dev` in a group of its own, as a shell would start it, and what it says. */
export class Dev {
  lines = [];
  #waiting = new Set();
  #marker;

  constructor(folder, env) {
    this.#marker = `MONOREPO_RUN=${process.pid}-${Date.now()}`;
    const [name, value] = this.#marker.split("=");
    this.child = spawn("npm", ["run", "dev"], {
      cwd: folder,
      env: { ...process.env, ...env, [name]: value },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.lines.push(line);
        this.#wake();
      });
    }
    this.ended = new Promise((resolve) =>
      this.child.on("close", (code, signal) => {
        this.hasEnded = true;
        this.#wake();
        resolve(signal ?? code);
      }),
    );
  }

  #wake() {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Settles with true once the lines from `from` on match; with false where it ends, or takes longer than a busy machine may. */
  async says(pattern, from = 0, withinMs = 90_000) {
    const until = Date.now() + withinMs;
    for (;;) {
      if (pattern.test(this.lines.slice(from).join("\n"))) return true;
      const leftMs = until - Date.now();
      if (leftMs <= 0 || this.hasEnded) return false;
      await new Promise((resolve) => {
        this.#waiting.add(resolve);
        setTimeout(resolve, Math.min(leftMs, 1000));
      });
    }
  }

  /** Ctrl-C in a terminal: SIGINT for the whole group. */
  interrupt() {
    process.kill(-this.child.pid, "SIGINT");
  }

  /** Processes that it has started, directly or not, and that run now; undefined where the system does not tell. */
  processes() {
    if (!existsSync("/proc/self/environ")) return undefined;
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          if (!readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(this.#marker)) return [];
          return [
            `${pid} ${readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ")}in ${readlinkSync(`/proc/${pid}/cwd`)}`,
          ];
        } catch {
          // It ended just now, or belongs to somebody else.
          return [];
        }
      });
  }

  /** Ends whatever of it is still there. */
  kill() {
    for (const line of this.processes() ?? []) process.kill(Number(line.split(" ")[0]), "SIGKILL");
  }
}
