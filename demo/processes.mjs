/** Starts the processes of a demo, and tells what they say behind their names. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const colour = process.stdout.isTTY && !process.env.NO_COLOR;

export const paint = (style, text) => (colour ? styleText(style, text) : text);
export const say = (text = "") => console.log(text);
export const step = (number, title) => say(`\n${paint("bold", `${number}  ${title}`)}`);
export const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/** Starts a Node process whose lines are printed behind a name, and remembers them. */
export function start(name, style, args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const lines = [];
  const watchers = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      say(`   ${paint(style, name.padEnd(8))}${line}`);
      for (const watcher of watchers) watcher(line);
    });
  }
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));
  /** The first line, past or future, that matches; undefined if the process ends without one. */
  const line = (pattern) =>
    Promise.race([
      new Promise((resolve) => {
        const found = lines.find((text) => pattern.test(text));
        if (found !== undefined) resolve(found);
        watchers.push((text) => pattern.test(text) && resolve(text));
      }),
      ended.then(() => undefined),
    ]);
  return { child, ended, line };
}

/** Runs a process to its end; one that fails ends the demo. */
export async function must(name, style, args) {
  const { ended } = start(name, style, args);
  const code = await ended;
  if (code === 0) return;
  say(`\n${name} ended with ${code}; the lines above say why.`);
  process.exit(1);
}

/** Compiles the shop into demo/gen, and everything that stands beside it into demo/dist. */
export async function build() {
  await must("rpcgen", "cyan", [
    "bin/rpcgen.cjs",
    "compile",
    "idl-examples/shop/*.rpc",
    "--root",
    "idl-examples",
    "--out",
    "demo/gen",
  ]);
  await must("tsc", "cyan", ["scripts/tsc.mjs", "-p", "demo"]);
}
