/**
 * Runs the programs of docs/HOSTS.md with the real frameworks: calls of every shape beside HTTP requests, a shutdown in the middle of
 * both, and no failure. Installs them in a folder of its own.
 */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "@rpcgen/runtime";
import { loadHere } from "./browser/pages.mjs";
import { handler, nestModule } from "./hosts/sources.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
// Outside of the tree, whose own packages would be found else.
const work = mkdtempSync(join(tmpdir(), "rpcgen-hosts-"));
// Pinned, so that a new release does not fail what did not change.
const frameworks = [
  "express@5.3.0",
  "@types/express@5.0.6",
  "fastify@5.12.8",
  "@nestjs/common@11.2.10",
  "@nestjs/core@11.2.10",
  "@nestjs/platform-express@11.2.10",
  "reflect-metadata@0.2.2",
  "rxjs@7.8.2",
  "@types/node@20",
];
const hosts = ["express", "fastify", "nest"];

let passed = 0;
const failures = [];

function check(what, isRight, details = "") {
  if (isRight) passed++;
  else failures.push(`${what}${details === "" ? "" : `: ${details}`}`);
}

/** What everything that follows stands on. */
function must(command, args, cwd = work) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status === 0) return stdout;
  console.log(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  rmSync(work, { recursive: true, force: true });
  console.log(`${passed} passed, ${failures.length + 1} failed`);
  process.exit(1);
}

function install(...packages) {
  must("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages]);
}

/** The programs as they stand in the documentation, what they import, and JavaScript of all that. */
function build() {
  const page = readFileSync(join(root, "docs/HOSTS.md"), "utf8");
  for (const [, name, program] of page.matchAll(/<!-- program: (\S+) -->\s+```ts\n([^]*?)```/g)) {
    writeFileSync(join(work, name), program);
  }
  writeFileSync(join(work, "orders.ts"), handler);
  writeFileSync(join(work, "orders.module.ts"), nestModule);
  const command = join(root, "bin/rpcgen.cjs");
  const idl = join(root, "idl-examples/shop");
  must(process.execPath, [
    command,
    "compile",
    idl,
    "--root",
    idl,
    "--no-config",
    "--quiet",
    "--out",
    join(work, "gen"),
  ]);
  const compilerOptions = {
    target: "es2022",
    lib: ["es2023", "esnext.disposable"],
    types: ["node"],
    module: "nodenext",
    strict: true,
    skipLibCheck: true,
    experimentalDecorators: true,
    outDir: "out",
    rootDir: ".",
  };
  const include = ["*.ts", "gen/*.ts"];
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify({ compilerOptions, include }));
  must(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."]);
}

/** A program that runs, once it says where it listens. */
async function start(host) {
  const child = spawn(process.execPath, [`out/${host}.js`], {
    cwd: work,
    env: { ...process.env, PORT: "0", RPC_PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const running = { child, text: "", http: 0, native: "" };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (running.text += chunk));
  const until = Date.now() + 20_000;
  while (running.native === "" && child.exitCode === null && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const [, port, native] = /listening \{[^}]*port: (\d+)[^}]*\} (rpc:\S+)/.exec(running.text) ?? [];
    if (native !== undefined) Object.assign(running, { http: Number(port), native });
  }
  if (running.native === "") throw new Error(`it does not start: ${running.text.slice(0, 500)}`);
  return running;
}

const collect = async (stream) => {
  const all = [];
  for await (const item of stream) all.push(item);
  return all.length;
};

/** One call of each shape, as they have to end. */
async function allShapes(orders) {
  const [{ status }, seen, { imported }, heard] = await Promise.all([
    orders.get({ id: "A-1" }),
    collect(orders.watch({ id: "A-1" })),
    orders.import([{}, {}, {}]),
    collect(orders.chat([{ text: "a" }, { text: "b" }])),
    orders.log({ kind: "cancelled", value: { id: "A-1", reason: "" } }),
  ]);
  return `${status} ${seen} ${imported} ${heard}`;
}

async function checkHost(host, createOrdersClient) {
  const running = await start(host);
  const { child, http, native } = running;
  const channels = [native, `ws://127.0.0.1:${http}/rpc`].map((address) => connect(address));
  try {
    const hello = await (await fetch(`http://127.0.0.1:${http}/hello`)).text();
    check(`${host}: a route answers`, hello === "hello", hello);
    const missing = await fetch(`http://127.0.0.1:${http}/rpc`);
    check(`${host}: the path of calls is no route`, missing.status === 404, String(missing.status));
    const clients = channels.map(createOrdersClient);
    for (const [i, orders] of clients.entries()) {
      const told = await allShapes(orders);
      check(`${host}: all shapes of calls, ${i === 0 ? "natively" : "over WebSocket"}`, told === "PAID 6 3 2", told);
    }
    const calls = clients.flatMap((orders) => [
      ...Array.from({ length: 20 }, () => orders.get({ id: "slow" }).then(({ status }) => status)),
      ...Array.from({ length: 20 }, () => collect(orders.watch({ id: "slow" }))),
      orders.import(slowly()).then(({ imported }) => imported),
      collect(orders.chat(slowly())),
    ]);
    const ended = once(child, "exit");
    // They are on their way before the signal is.
    await Promise.all(clients.map((orders) => orders.count()));
    child.kill("SIGTERM");
    const results = await Promise.allSettled(calls);
    const failed = results.filter(({ status }) => status === "rejected").map(({ reason }) => String(reason));
    check(
      `${host}: ${calls.length} calls that ran were let finish`,
      failed.length === 0,
      `${failed.length}, ${failed[0]}`,
    );
    const [code, signal] = await ended;
    const isWell = code === 0 || (host === "nest" && signal === "SIGTERM");
    check(`${host}: the process ended by itself`, isWell, `${code} ${signal} ${running.text.slice(0, 500)}`);
  } finally {
    await Promise.all(channels.map((channel) => channel.close()));
    if (child.exitCode === null) child.kill("SIGKILL");
  }
}

async function* slowly() {
  for (let i = 0; i < 4; i++) {
    yield { text: String(i) };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

writeFileSync(join(work, "package.json"), JSON.stringify({ name: "hosts", private: true, type: "module" }));
const tarball = must("npm", ["pack", "--silent", "--pack-destination", work], join(root, "runtime"))
  .trim()
  .split("\n")
  .at(-1);
install(`./${tarball}`);
const alone =
  'import { serve } from "@rpcgen/runtime"; const options = { port: 0, webSocket: {}, services: [] };' +
  "await serve(options).then((server) => server.close()).catch((error) => console.log(`${error.code}: ${error.message}`));";
const told = must(process.execPath, ["--input-type=module", "--eval", alone]).trim();
check(
  "without ws a server says what it wants",
  told === "failed-precondition: serve({ webSocket }) wants the package ws, version 8: npm i ws",
  told,
);
install("ws@8.23.0", ...frameworks);
build();
const { createOrdersClient } = await loadHere("orders-client.ts");
for (const host of hosts) {
  await checkHost(host, createOrdersClient).catch((error) => failures.push(`${host}: ${error.message}`));
}
rmSync(work, { recursive: true, force: true });
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
