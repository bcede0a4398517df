/** `npm run dev`: builds once, then runs everything that watches or serves, each line behind a name; Ctrl-C ends all of it. */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const hasColor = process.stdout.isTTY === true && !process.env.NO_COLOR;
const env = {
  ...process.env,
  NODE_ENV: "development",
  DATA_FOLDER: `${root}.data`,
  ...(hasColor ? { FORCE_COLOR: "1" } : {}),
};
// Ctrl-C in a terminal reaches whole groups. In groups of their own they are ended by this process alone, and once.
const detached = process.platform !== "win32";

const running = new Set();
let isEnding = false;

function say(name, style, line) {
  const head = `${name.padEnd(7)}|`;
  console.log(`${hasColor ? styleText(style, head) : head} ${line}`);
}

/** Starts a program of Node's whose lines are printed behind a name, as `told` has them; settles with how it ended. */
function run({ name, style, args, folder = ".", told = (line) => line }) {
  const child = spawn(process.execPath, args, {
    cwd: `${root}${folder}`,
    env,
    detached,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      const text = told(line);
      if (text !== undefined && text.trim() !== "") say(name, style, text);
    });
  }
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      running.delete(child);
      resolve(signal ?? code);
    });
  });
}

/** What a package calls by this name, as a file that Node can run. */
function bin(name, from = name) {
  const folder = `${root}node_modules/${from}`;
  return `${folder}/${JSON.parse(readFileSync(`${folder}/package.json`, "utf8")).bin[name]}`;
}

function end(code) {
  if (isEnding) return;
  isEnding = true;
  process.exitCode = code;
  for (const child of running) child.kill("SIGTERM");
  // What does not end by itself in good time has lost its right to.
  setTimeout(cut, 10_000).unref();
}

function cut() {
  for (const child of running) {
    try {
      process.kill(detached ? -child.pid : child.pid, "SIGKILL");
    } catch {
      // It ended just now.
    }
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  let firstMs;
  process.on(signal, () => {
    // npm hands on the Ctrl-C that the terminal has sent as well; whoever presses it again a moment later means it.
    if (firstMs !== undefined && Date.now() - firstMs > 500) return cut();
    firstMs ??= Date.now();
    end(0);
  });
}

async function first(program) {
  const how = await run(program);
  if (how === 0 || isEnding) return;
  say(program.name, program.style, `ended with ${how}: mend that and start again`);
  process.exit(1);
}

async function keep(program) {
  const how = await run(program);
  if (isEnding) return;
  say(program.name, program.style, `ended with ${how}, so everything ends`);
  end(1);
}

/** Of the package one line is enough: mistakes are told by `idl` already. */
function toldOfSdk(line) {
  const { changed, files, durationMs, diagnostics } = JSON.parse(line);
  if (diagnostics.some(({ severity }) => severity === "error")) return "stays as it was";
  return changed.length > 0 && files.length > 0 ? `${files.length} files in ${durationMs} ms` : undefined;
}

const toldOfTsc = (line) => (/- Starting|- File change detected/.test(line) ? undefined : line);

const idl = { name: "idl", style: "cyan", folder: "packages/idl" };
const sdk = { name: "sdk", style: "blue", folder: "packages/idl" };
const tsc = { name: "tsc", style: "magenta" };
const rpcgen = bin("rpcgen");
const compiler = bin("tsc", "typescript");
const main = ["--enable-source-maps", "dist/main.js"];

await first({ ...idl, args: [rpcgen, "compile"] });
await first({ ...sdk, args: [rpcgen, "sdk"] });
await first({ ...tsc, args: [compiler, "-b"] });

if (!isEnding) {
  void keep({ ...idl, args: [rpcgen, "compile", "--watch"] });
  void keep({ ...sdk, args: [rpcgen, "sdk", "--watch", "--json"], told: toldOfSdk });
  void keep({ ...tsc, args: [compiler, "-b", "--watch", "--preserveWatchOutput"], told: toldOfTsc });
  void keep({ name: "stock", style: "yellow", args: main, folder: "services/stock" });
  void keep({ name: "orders", style: "green", args: main, folder: "services/orders" });
  void keep({ name: "web", style: "white", args: [bin("vite")], folder: "web" });
}
