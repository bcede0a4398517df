#!/usr/bin/env node
/** Starts the built command, and says what to do where there is none. */

import { existsSync } from "node:fs";
import module from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const built = new URL("../dist/bin/main.js", import.meta.url);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`rpcgen needs Node 20.19 or newer; this is ${process.version}.`);
  process.exitCode = 2;
} else if (!existsSync(built)) {
  console.error("rpcgen is not built here: run `npm run build` in its directory first.");
  process.exitCode = 2;
} else {
  // Node 22 and newer keep compiled modules between runs, which saves a third of the start.
  module.enableCompileCache?.();
  const { main } = await import(built.href);
  const code = await main(process.argv.slice(2));
  // A configuration is a program and may have left a timer or a socket behind; what was printed is let out first.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))));
  process.exit(code);
}
