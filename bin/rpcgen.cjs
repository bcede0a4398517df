#!/usr/bin/env node
/** Starts the built command, with its compiled code kept from run to run; says what to do where there is none. */
"use strict";

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const dist = path.join(__dirname, "../dist");
const folder = path.join(dist, "command");
// Every change of the bundle changes the names of its files, so no code is kept under a name that means other code now.
const kept = path.join(folder, `compiled-${process.version}-${process.arch}`);

/** Chunks that were loaded, by their path. */
const modules = new Map();
/** Compiled chunks that are not kept yet. */
const fresh = [];

function main() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    return refuse(`rpcgen needs Node 20.19 or newer; this is ${process.version}.`);
  }
  const entry = builtEntry();
  if (entry === undefined) return refuse("rpcgen is not built here: run `npm run build` in its directory first.");
  // Node 22 and newer keep compiled code by themselves.
  const isKeptByNode = typeof Module.enableCompileCache === "function";
  if (isKeptByNode) Module.enableCompileCache();
  const { main: run } = isKeptByNode ? require(path.join(folder, entry)) : load(path.join(folder, entry));
  run(process.argv.slice(2)).then(end);
}

function refuse(reason) {
  console.error(reason);
  process.exitCode = 2;
}

function builtEntry() {
  try {
    const { entry } = JSON.parse(fs.readFileSync(path.join(dist, "build.json"), "utf8"));
    return fs.existsSync(path.join(folder, entry)) ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** A configuration is a program and may have left a timer or a socket behind, so the end is not waited for. */
function end(code) {
  keep();
  process.exit(code);
}

/** Loads a chunk of the bundle; everything else is left to Node. */
function load(file) {
  const known = modules.get(file);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(file, module);
  const requireInstalled = Module.createRequire(file);
  const requireAny = (name) =>
    name.startsWith("./") && name.endsWith(".cjs") ? load(path.join(folder, name)) : requireInstalled(name);
  requireAny.importModule = (specifier) => import(specifier);
  compile(file)(module.exports, requireAny, module, file, folder);
  return module.exports;
}

function compile(file) {
  const source = `(function (exports, require, module, __filename, __dirname) {${fs.readFileSync(file, "latin1")}\n})`;
  const keptFile = path.join(kept, path.basename(file));
  const cachedData = readIfThere(keptFile);
  const script = new vm.Script(source, { filename: file, cachedData });
  if (cachedData === undefined || script.cachedDataRejected) fresh.push({ keptFile, script });
  return script.runInThisContext();
}

function readIfThere(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Keeps what was compiled in this run, functions that were called included; where nothing may be written, nothing is. */
function keep() {
  try {
    if (fresh.length > 0) fs.mkdirSync(kept, { recursive: true });
    for (const { keptFile, script } of fresh) {
      const unfinished = `${keptFile}.${process.pid}`;
      fs.writeFileSync(unfinished, script.createCachedData());
      fs.renameSync(unfinished, keptFile);
    }
  } catch {
    // An installation that may only be read starts a little slower.
  }
}

main();
