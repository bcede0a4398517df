#!/usr/bin/env node
/**
 * Runs what is tested beside the real servers of other projects: `npm run test:services`, or `npm run test:services -- zookeeper` for
 * one of them. Installs nothing: finds what is there, and says what is missing and how to get it. Ends with 2 where nothing is there.
 */

import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findEtcd, findZookeeper } from "./find-services.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Each says what its tests have to know, as variables of the environment, or what is missing. */
const services = { etcd: findEtcd, zookeeper: findZookeeper };

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in services));
if (unknown.length > 0) {
  console.error(`there is no service ${unknown.join(", ")}; known are ${Object.keys(services).join(", ")}`);
  process.exit(1);
}

const env = { ...process.env };
const files = [];
const missing = [];
for (const [name, find] of Object.entries(services)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const found = find();
  if (found.missing !== undefined) missing.push(`${name} is not tested: ${found.missing}`);
  else files.push(`runtime/test/services/${name}.service.ts`);
  Object.assign(env, found.env);
}
if (files.length > 0) {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const config = join(root, "vitest.services.config.ts");
  const run = spawnSync(process.execPath, [vitest, "run", "--config", config, ...files], {
    cwd: root,
    env,
    stdio: "inherit",
  });
  process.exitCode = run.status ?? 1;
} else {
  process.exitCode = 2;
}
for (const line of missing) console.log(line);
