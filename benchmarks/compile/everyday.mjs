/** What people wait for all day: commands with little to do, a rebuild while watching, and how size and memory grow. */

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { summary } from "../measure/statistics.mjs";
import { rpcSource } from "./sources.mjs";

const timeoutMs = 120_000;
const growthSizes = [100, 1_000, 10_000];
const watchedFileCount = 1_000;
/** The first rebuilds warm the process up and are not counted. */
const warmUpCount = 5;

/** Whole commands on a schema of 100 messages that is compiled already, beside a Node that does nothing. */
export async function smallCommands(tree, folder, rounds, say) {
  const base = join(folder, "small");
  mkdirSync(join(base, "rpc"), { recursive: true });
  writeFileSync(join(base, "rpc/load.rpc"), rpcSource(100));
  const rpcgen = (...args) => [join(tree, "bin/rpcgen.cjs"), ...args, "--cwd", base];
  const commands = [
    ["node -e 0", ["-e", "0"]],
    ["rpcgen compile, nothing to do", rpcgen("compile", "--no-config")],
    ["rpcgen check", rpcgen("check", "--no-config")],
    ["rpcgen fmt --check", [join(tree, "bin/rpcgen.cjs"), "fmt", "--check", join(base, "rpc/load.rpc")]],
  ];
  await run(rpcgen("compile", "--no-config"));
  const times = new Map();
  for (let round = 1; round <= rounds; round++) {
    for (const [name, args] of commands) {
      say(`compile: round ${round} of ${rounds}, ${name}`);
      const start = performance.now();
      // What a formatter thinks of a generated schema does not matter here.
      const code = await run(args);
      if (code > 3) continue;
      times.set(name, [...(times.get(name) ?? []), performance.now() - start]);
    }
  }
  return [...times].map(([name, values]) => ({ name, ms: summary(values) }));
}

/** The compiler alone, from a cold start, as one file grows. */
export async function growth(tree, folder, rounds, say) {
  const rows = [];
  for (const size of growthSizes) {
    const base = join(folder, `growth-${size}`);
    mkdirSync(join(base, "rpc"), { recursive: true });
    writeFileSync(join(base, "rpc/load.rpc"), rpcSource(size));
    const times = [];
    let peakBytes = 0;
    for (let round = 1; round <= Math.min(rounds, 3); round++) {
      say(`compile: round ${round}, one file of ${size} messages`);
      const start = performance.now();
      const out = ["--out", join(base, `out${round}`)];
      await run([join(tree, "bin/rpcgen.cjs"), "compile", "--no-config", "--cwd", base, ...out]);
      times.push(performance.now() - start);
    }
    const again = [join(tree, "bin/rpcgen.cjs"), "compile", "--no-config", "--cwd", base, "--out", join(base, "again")];
    peakBytes = await peakOf(process.execPath, again);
    rows.push({ size, ms: summary(times), peakBytes });
  }
  return rows;
}

/** One file among a thousand is saved again and again under `compile --watch`. */
export async function watchedRebuild(tree, folder, rounds, say) {
  const base = join(folder, "watched");
  mkdirSync(join(base, "rpc"), { recursive: true });
  for (let i = 0; i < watchedFileCount; i++) writeFileSync(join(base, `rpc/f${i}.rpc`), watchedText(i, ""));
  const args = [join(tree, "bin/rpcgen.cjs"), "compile", "--watch", "--json", "--no-config", "--cwd", base];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const lines = linesOf(child);
    say(`compile: ${watchedFileCount} files, then one of them changes`);
    const cold = await lines.next();
    const times = [];
    for (let round = 0; round < warmUpCount + rounds * 3; round++) {
      const i = (round * 37) % watchedFileCount;
      writeFileSync(join(base, `rpc/f${i}.rpc`), watchedText(i, `message X${i} { 1 round${round}: string }\n`));
      const { durationMs, exitCode } = await lines.next();
      if (exitCode !== 0) throw new Error("a rebuild failed");
      if (round >= warmUpCount) times.push(durationMs);
    }
    return { files: watchedFileCount, coldMs: cold.durationMs, rebuildMs: summary(times) };
  } finally {
    child.kill("SIGKILL");
  }
}

function watchedText(i, extra) {
  const parent = i >> 2;
  const use = i === 0 ? "" : `  4 parent: M${parent}\n`;
  const imported = i === 0 ? "" : `import "f${parent}.rpc"\n`;
  const message = `message M${i} {\n  1 id: string\n  2 count: uint32\n  3 tags: string[]\n${use}}\n`;
  return `package load.v1\n${imported}\n${message}\nservice S${i} { get(M${i}): M${i} }\n${extra}`;
}

/** Gives the objects that a process prints, one a line. */
function linesOf(child) {
  const waiting = [];
  const ready = [];
  let rest = "";
  child.stdout.on("data", (chunk) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop();
    for (const line of parts) (waiting.shift() ?? ((value) => ready.push(value)))(JSON.parse(line));
  });
  const next = () =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing was said within ${timeoutMs} ms`)), timeoutMs);
      const settle = (value) => (clearTimeout(timer), resolve(value));
      if (ready.length > 0) settle(ready.shift());
      else waiting.push(settle);
    });
  return { next };
}

/** The most memory that a command, or any process that it starts, held at once; undefined where the system does not say. */
export function peakOf(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "ignore", timeout: timeoutMs, killSignal: "SIGKILL" });
    let peakBytes;
    const look = () => {
      for (const pid of familyOf(child.pid)) {
        const bytes = highWaterOf(pid);
        if (bytes !== undefined) peakBytes = Math.max(peakBytes ?? 0, bytes);
      }
    };
    // The high-water mark only rises, so what is missed is the last few milliseconds.
    const timer = setInterval(look, 10);
    child.on("error", reject);
    child.on("close", () => {
      clearInterval(timer);
      resolve(peakBytes);
    });
  });
}

function familyOf(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
    return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
  } catch {
    return [pid];
  }
}

function highWaterOf(pid) {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: "ignore", timeout: timeoutMs, killSignal: "SIGKILL" });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 255));
  });
}
