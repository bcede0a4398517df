/**
 * Lives a day in the monorepo example: starts its one command, calls without end, and changes the IDL meanwhile. Nothing may fail
 * but what is wrong, and nothing may be left running.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { openShop } from "./monorepo/shopper.mjs";
import { copyExample, Dev, freePort, packBoth } from "./monorepo/team.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "rpcgen-monorepo-"));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let passed = 0;
let failed = 0;
let dev;

function check(what, isRight, details = "") {
  if (isRight) passed++;
  else failed++;
  console.log(`${isRight ? "passed" : "FAILED"}  ${what}`);
  if (!isRight) console.log(`${details}\n${(dev?.lines ?? []).slice(-40).join("\n")}`);
}

function finish() {
  dev?.kill();
  rmSync(folder, { recursive: true, force: true });
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

/** What everything that follows stands on. */
function must(what, isRight, details) {
  check(what, isRight, details);
  if (!isRight) finish();
}

function edit(path, change) {
  const before = readFileSync(join(folder, path), "utf8");
  const after = change(before);
  if (after === before) throw new Error(`there was nothing to change in ${path}`);
  writeFileSync(join(folder, path), after);
}

// Whatever hangs must not hang whoever runs this.
setTimeout(() => {
  check("it ends within eight minutes", false);
  finish();
}, 480_000).unref();

copyExample(folder, packBoth(join(root, ".cache/monorepo")));
const installed = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], {
  cwd: folder,
  encoding: "utf8",
});
must("it is installed from tarballs", installed.status === 0, installed.stderr);

const env = {
  ORDERS_PORT: String(await freePort()),
  STOCK_PORT: String(await freePort()),
  WEB_PORT: String(await freePort()),
  NO_COLOR: "1",
};
const address = `rpc://127.0.0.1:${env.ORDERS_PORT}`;
dev = new Dev(folder, env);
must("the first build is told", await dev.says(/^idl +\|.* -> .*gen\/orders/m));
const isUp = await Promise.all([
  dev.says(/^stock +\| listening on/m),
  dev.says(/^orders +\| listening on/m),
  dev.says(/^idl +\| +watching/m),
  dev.says(/^tsc +\|.*Found 0 errors\. Watching/m),
  dev.says(/^web +\|.*Local:/m),
]);
must("one command builds, watches and serves", isUp.every(Boolean));

const from = (name) =>
  import(pathToFileURL(createRequire(join(folder, "packages/sdk/package.json")).resolve(name)).href);
const { connect, RpcError } = await from("@rpcgen/runtime");
const { createOrdersClient, OutOfStock, UnknownArticle } = await import(
  pathToFileURL(join(folder, "packages/sdk/dist/index.js")).href
);
const channel = connect(address);
const orders = createOrdersClient(channel);
const failureOf = (promise) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

const first = await orders.place("apple", 3);
const statuses = [];
for await (const { status } of orders.watch(first.id)) statuses.push(status);
check("an order is placed and followed until it leaves the house", statuses.at(-1) === "SHIPPED", statuses.join());
const outOfStock = await failureOf(orders.place("quince", 1));
check(
  "an error that the stock declares comes through the orders",
  outOfStock instanceof OutOfStock,
  String(outOfStock),
);
check("and so does the other one", (await failureOf(orders.place("moon", 1))) instanceof UnknownArticle);
const refused = await failureOf(orders.place("apple", 0));
check("what breaks a rule is refused", RpcError.is(refused) && refused.code === "invalid-argument", String(refused));

const page = `http://127.0.0.1:${env.WEB_PORT}/`;
check("the page is served", (await (await fetch(page)).text()).includes("Acme shop"));
const shopper = await openShop(page);
if (shopper === undefined) console.log("missing Chromium: the page is not opened; `apt-get install -y chromium`");
else {
  const said = await shopper.order("apple", 2);
  check("and orders and follows over WebSocket", said.startsWith("2 × apple: shipped"), said);
  const told = await shopper.order("quince", 1);
  check("where declared errors are instances, too", told === "Only 0 left.", told);
}

/** Calls that never stop until the end: none may fail, whatever happens to files meanwhile. */
const load = { calls: 0, failures: [], isOver: false };
async function call() {
  while (!load.isOver) {
    try {
      const { id } = await orders.place("apple", 1);
      await orders.get(id);
      load.calls += 2;
    } catch (error) {
      load.failures.push(String(error));
    }
    await pause(10);
  }
}
const loaded = Promise.all([call(), call(), call()]);

/** A newcomer with today's SDK, in a process of its own. */
writeFileSync(
  join(folder, "packages/sdk/newcomer.mjs"),
  `import { connect } from "@rpcgen/runtime";
import { createOrdersClient } from "./dist/index.js";
const channel = connect(${JSON.stringify(address)});
const orders = createOrdersClient(channel);
const order = await orders.place("apple", 1);
console.log(JSON.stringify({ order, count: await orders.count() }));
await channel.close();
`,
);
async function newcomerSays(isEnough) {
  let text = "";
  for (const until = Date.now() + 60_000; Date.now() < until; await pause(300)) {
    const ended = spawnSync(process.execPath, ["packages/sdk/newcomer.mjs"], {
      cwd: folder,
      encoding: "utf8",
      timeout: 20_000,
    });
    text = `${ended.stdout}${ended.stderr}`;
    if (ended.status === 0 && isEnough(JSON.parse(ended.stdout))) return [true, text];
  }
  return [false, text];
}

const rpc = "packages/idl/rpc/orders.rpc";
let since = dev.lines.length;
edit(rpc, (text) =>
  text
    .replace(/( +5 placedAt: timestamp\n)/, "$1  6 note: string\n")
    .replace(/(service Orders \{\n)/, "$1  /// How many there are.\n  count(): uint32\n\n"),
);
check("the IDL's change is one line", await dev.says(/^idl +\| .*orders\.rpc changed {2}-> {2}\d+ files in/m, since));
check("and the SDK is made again", await dev.says(/^sdk +\| \d+ files in/m, since));
check(
  "the service that lacks the new method does not compile",
  await dev.says(/^tsc +\| services\/orders\/.*TS2\d+.*'count'/m, since),
);

since = dev.lines.length;
edit("services/orders/src/orders.ts", (text) =>
  text
    .replace("    get: find,", "    count: () => placed.size,\n\n    get: find,")
    .replace("placedAt: new Date(placedMs) }", 'placedAt: new Date(placedMs), note: "thank you" }'),
);
check("with the method it does", await dev.says(/^tsc +\|.*Found 0 errors/m, since));
const [isNew, saidNew] = await newcomerSays(({ order, count }) => order.note === "thank you" && count > 0);
check("the service has come back with the new method and field", isNew, saidNew);

since = dev.lines.length;
let callsBefore = load.calls;
edit(rpc, (text) => text.replace("6 note: string", "6 note: strng"));
check(
  "a mistake is told with its frame",
  await dev.says(/error unknown-type: .*`strng`[^]*6 note: strng[^]*did you mean `string`/, since),
);
check("and only once", dev.lines.slice(since).filter((line) => line.includes("unknown-type: ")).length === 1);
await pause(2000);
check(
  "the services go on with what they had",
  load.calls > callsBefore && (await newcomerSays(({ count }) => count > 0))[0],
);

since = dev.lines.length;
edit(rpc, (text) => text.replace("6 note: strng", "6 note: string\n  7 giftWrapped: bool"));
check("the mend is one line", await dev.says(/^idl +\| .*orders\.rpc changed {2}-> {2}\d+ files in/m, since));
const [isMended, saidMended] = await newcomerSays(({ order }) => order.giftWrapped === false);
check("and brings the service back with the next field", isMended, saidMended);

if (shopper !== undefined) {
  const said = await shopper.order("apple", 1);
  check("the page orders from the new service", said.startsWith("1 × apple: shipped"), said);
  check("and nothing was wrong in it meanwhile", shopper.errors.length === 0, shopper.errors.join("\n"));
  await shopper.leave();
}

const workers = () => (dev.lines.join("\n").match(/^orders +\| listening on/gm) ?? []).length;
check("the service was replaced more than once", workers() > 2, `${workers()} workers`);
load.isOver = true;
await loaded;
await channel.close();
callsBefore = load.calls;
check(
  `of ${load.calls} calls meanwhile none failed`,
  load.failures.length === 0 && load.calls > 100,
  load.failures.slice(0, 5).join("\n"),
);

dev.interrupt();
const ended = await Promise.race([dev.ended, pause(30_000).then(() => "still running")]);
check("Ctrl-C ends it", ended !== "still running", String(ended));
const left = dev.processes();
if (left !== undefined) check("and leaves no process", left.length === 0, left.join("\n"));
finish();
