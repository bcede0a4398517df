/** Pages in Chromium that call a server over WebSocket: every shape, from the right origin and from the wrong one. */

import { serve } from "@rpcgen/runtime";
import { attempt, attemptFor, check } from "./checks.mjs";
import { openChromium } from "./chromium.mjs";
import { bundlePage, listen, loadHere, pageServer } from "./pages.mjs";

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

async function until(isSo) {
  for (let i = 0; i < 200 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  return isSo();
}

/** A page of an origin, and a function that makes it call. */
async function openPage(context, origin) {
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(origin);
  await page.waitForFunction(() => globalThis.call !== undefined);
  const call = (address, name, text) =>
    page.evaluate(([at, what, with_]) => globalThis.call(at, what, with_), [address, name, text]);
  return { page, call, errors };
}

async function allShapes({ call }, address, seen) {
  const { aborted } = seen;
  const expectations = [
    ["get", undefined, "PAID", "a unary call"],
    ["place", undefined, "OutOfStock pear 2", "a declared error is an instance of its class"],
    ["place", "", /^invalid-argument: .*items\[0\]\.sku/, "a rule of the server's"],
    ["watch", undefined, ["PENDING", "SHIPPED"], "a stream of answers"],
    ["import", "1000", 1000, "a stream of requests"],
    ["chat", "10", ["a10", "b10", "c10"], "streams both ways"],
    ["chat", "3000000", ["a3000000", "b3000000", "c3000000"], "messages of megabytes both ways"],
    ["deadline", undefined, /^deadline-exceeded: /, "a deadline"],
  ];
  for (const [name, text, expected, what] of expectations) {
    const told = await call(address, name, text);
    check(
      `${what} (${address})`,
      expected instanceof RegExp ? expected.test(told) : same(told, expected),
      String(told),
    );
  }
  await until(() => seen.aborted === aborted + 1);
  check("a deadline ends the call for the handler, too", seen.aborted === aborted + 1, `${seen.aborted - aborted}`);
  const { logged } = seen;
  await call(address, "log");
  check("a oneway call arrives", await until(() => seen.logged === logged + 1));
  check("a stream that is left", (await call(address, "leave")) === "PENDING");
  check("ends for the handler, too", await until(() => seen.aborted === aborted + 2));
  const told = await call(address, "abort");
  check("a call that is aborted", /^cancelled: /.test(told), told);
  check("is aborted for the handler, too", await until(() => seen.aborted === aborted + 3));
}

/** The server makes no more than the credit of a stream while the page is slow. */
async function holdsBack({ call }, address, seen) {
  const reading = call(address, "slowReader");
  await until(() => seen.made > 5);
  await new Promise((resolve) => setTimeout(resolve, 100));
  check("a slow page holds the stream back", seen.made < 100, `${seen.made} messages were made`);
  check("and gets all of it", (await reading) === 300);
}

/** Calls that run go on to their end, those that come meet the next server. */
async function survivesRestart({ call }, start, address) {
  let { server } = await start();
  const port = Number(server.address.split(":").at(-1));
  const at = address(port);
  await call(at, "get");
  const slow = call(at, "get", "slow");
  await call(at, "get");
  await server.close();
  check("a call that runs while the server drains is answered", (await slow) === "PAID", await slow);
  ({ server } = await start(port));
  let told = "";
  // The first attempts may still meet the wait after one that failed.
  await until(() => told === "PAID" || (call(at, "get").then((text) => (told = text)), false));
  check("a call after a restart is answered", told === "PAID", told);
  await server.close();
}

async function strangers(context, { bundle, start, seen }) {
  const foreign = pageServer(bundle);
  const port = await listen(foreign);
  const { server, address, events } = await start();
  const page = await openPage(context, `http://127.0.0.1:${port}`);
  const calls = server.counters.callsStarted;
  const told = await page.call(address, "get");
  check(
    "a page of another origin is refused",
    /^unavailable: .*WebSocket (was not|could not be) opened/.test(told),
    told,
  );
  const reasons = events.filter(({ kind }) => kind === "connection-refused").map(({ reason }) => reason);
  check(
    "and the server is told which",
    reasons.some((reason) => reason.includes(`http://127.0.0.1:${port}`)),
    `${reasons}`,
  );
  check("and nothing was called", server.counters.callsStarted === calls);
  await server.close();
  const open = await start(0, [`http://127.0.0.1:${port}`]);
  check("an origin that is listed is let in", (await page.call(open.address, "get")) === "PAID");
  await allShapes(page, open.address, seen);
  await open.server.close();
  check("no error in the page", page.errors.length === 0, page.errors.join("; "));
  await page.page.close();
  foreign.close();
}

/** A stranger's name that leads to this machine makes its page look like one of the server's own. */
async function reboundName(address) {
  const context = await openChromium({ args: ["--host-resolver-rules=MAP stranger.example 127.0.0.1"] });
  try {
    const { port } = new URL(address.replace("ws:", "http:"));
    const { call } = await openPage(context, `http://stranger.example:${port}`);
    const told = await call(`ws://stranger.example:${port}/rpc`, "get");
    check("a stranger's name for this machine is refused", /^unavailable: /.test(told), told);
  } finally {
    await context.close();
  }
}

/** All of it with the client of a page, by the page's file. */
async function checkClient(file, notAnAddress) {
  const bundle = await bundlePage(file);
  const code = [...bundle.files.values()].join("");
  check("the page is bundled without a warning", bundle.warnings.length === 0, bundle.warnings.join("; "));
  check("the page asks for nothing of Node", !/["'`]node:/.test(code));
  console.log(`${file}, a page that calls: ${(bundle.startBytes / 1024).toFixed(1)} KiB gzipped at the start`);
  const { shop } = await loadHere("shop-server.ts");
  const seen = { aborted: 0, logged: 0, made: 0 };
  const events = [];
  const observe = (event) => events.push(event);
  const start = async (port = 0, origins = []) => {
    const server = await serve({ port, webSocket: { origins }, services: [shop(seen)], observe });
    return { server, address: `${server.address.replace("rpc:", "ws:")}/rpc`, events };
  };
  const http = pageServer(bundle);
  const mounted = await serve({ webSocket: { server: http }, services: [shop(seen)], observe });
  const port = await listen(http);
  const context = await openChromium();
  try {
    const page = await openPage(context, `http://localhost:${port}`);
    const address = `ws://localhost:${port}/rpc`;
    await attempt(allShapes, page, address, seen);
    await attempt(holdsBack, page, address, seen);
    const own = (at) => start(at, [`http://localhost:${port}`]);
    await attempt(survivesRestart, page, own, (at) => `ws://127.0.0.1:${at}/rpc`);
    const socket = await page.call("rpc://127.0.0.1:1", "get");
    check("a page that wants a socket is told", notAnAddress.test(socket), socket);
    await attempt(strangers, context, { bundle, start, seen });
    await attempt(reboundName, mounted.address);
    check("no error in the page", page.errors.length === 0, page.errors.join("; "));
  } finally {
    await context.close();
    await mounted.close();
    http.close();
  }
}

export async function checkCalls() {
  const small = /^invalid-argument: .*write wss:\/\/host\/path/;
  const pages = {
    "call-page.ts": /^failed-precondition: .*browsers open no sockets/,
    "small-page.ts": small,
    "functions-page.ts": small,
  };
  for (const [file, notAnAddress] of Object.entries(pages)) {
    await attemptFor(file, checkClient, file, notAnAddress);
  }
}
