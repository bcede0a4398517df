/** Vite's server: what pages are sent after a change, the overlay of a mistake in a real browser, and code that runs in Node. */

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { write } from "../packages/workshop.mjs";
import { files } from "./app.mjs";

const page = {
  "index.html":
    '<!doctype html><body><p id="said">nothing yet</p><script type="module" src="/src/page.js"></script></body>\n',
  "src/page.js": `import { createOrdersClient, OrdersService } from "../rpc/orders.rpc";
import { OtherCodec } from "../rpc/other.rpc";

window.loads = Number(sessionStorage.getItem("loads") ?? 0) + 1;
sessionStorage.setItem("loads", String(window.loads));
const methods = Object.keys(createOrdersClient({}));
document.querySelector("#said").textContent = [...methods, OtherCodec === undefined, OrdersService.name].join(" ");
`,
};

const broken = files["rpc/money.rpc"].replace("= string", "= strinng");
const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export async function checkViteServer({ check }, app, host) {
  const put = (file, text = files[file]) => write(join(app, file), text);
  for (const [file, text] of Object.entries(page)) put(file, text);
  for (const step of [checkMessages, checkNode, checkOverlay]) {
    // Each has its own: a reload that no page was there for is told to the next one that comes.
    const server = await host.serve();
    try {
      await step(check, put, server);
    } finally {
      await server.close();
      for (const file of ["rpc/orders.rpc", "rpc/money.rpc", "rpc/other.rpc"]) put(file);
    }
  }
}

/** Asks until it is so; what never happens is a failure. */
async function until(isSo, limitMs = 15_000) {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await Promise.resolve(isSo()).catch(() => false);
    if (answer) return true;
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What the server sends to pages, without one: who imports what is known from asking for the modules. */
async function checkMessages(check, put, server) {
  const client = server.environments.client;
  const sent = [];
  const send = client.hot.send.bind(client.hot);
  client.hot.send = (...args) => {
    sent.push(args[0]);
    return send(...args);
  };
  const load = async (url) => {
    await client.warmupRequest(url);
    await client.waitForRequestsIdle();
    return client.transformRequest(url);
  };
  const roles = {
    orders: ["types", "codec", "methods", "client", "server"],
    money: ["types", "codec"],
    other: ["types", "codec"],
  };
  const loadAll = async () => {
    await load("/src/page.js");
    for (const [name, parts] of Object.entries(roles)) {
      await client.transformRequest(`/rpc/${name}.rpc`);
      for (const part of parts) await client.transformRequest(`/rpc/${name}.rpc?rpcgen=${part}`);
    }
  };
  await loadAll();
  const invalidated = () =>
    [...client.moduleGraph.idToModuleMap.values()]
      .filter(({ id, transformResult }) => id?.includes(".rpc") && transformResult === null)
      .map(({ id }) => id.replace(/^.*\/rpc\//, ""));
  check("all modules are there before anything changes", invalidated().length === 0, invalidated().join("\n"));

  put("rpc/other.rpc", files["rpc/other.rpc"].replace("1 name: string", "1 name: string, 2 more: string"));
  const reloaded = await until(() => sent.some(({ type }) => type === "full-reload"));
  check("Vite reloads the page when a file has changed and nobody takes the change", reloaded, JSON.stringify(sent));
  const only = invalidated();
  check(
    "and gives anew what the change concerns, and nothing else",
    only.length > 0 && only.every((id) => id.startsWith("other.rpc")),
    only.join("\n"),
  );

  await loadAll();
  sent.length = 0;
  put("rpc/other.rpc", `${files["rpc/other.rpc"].replace("1 name: string", "1 name: string, 2 more: string")}\n\n`);
  await new Promise((resolve) => setTimeout(resolve, 800));
  check("Vite says nothing where a change changes nothing", sent.length === 0, JSON.stringify(sent));
  client.hot.send = send;
}

/** Code that Vite runs in Node by its module runner gets the very classes that other modules get. */
async function checkNode(check, put, server) {
  put(
    "src/ssr.js",
    `import { TooDear } from "../rpc/money.rpc";
import * as orders from "../rpc/orders.rpc";
export const methods = orders.OrdersService.methods.map(({ name }) => name);
export const isSame = orders.OrdersService.methods[0].throws.some((codec) => codec.class === TooDear || codec.decode !== undefined);
export { TooDear };
`,
  );
  const first = await server.ssrLoadModule("/src/ssr.js");
  check(
    "Vite runs what is imported in Node",
    first.methods.join() === "place,watch" && typeof first.TooDear === "function",
  );
  put("rpc/orders.rpc", files["rpc/orders.rpc"].replace("watch(id", "cancel(id: string): void\n  watch(id"));
  const isAnew = await until(
    async () => (await server.ssrLoadModule("/src/ssr.js")).methods.join() === "place,cancel,watch",
  );
  check("and what a change has made of it", isAnew);
  put("rpc/money.rpc", broken);
  let thrown;
  const isTold = await until(() =>
    server.ssrLoadModule("/src/ssr.js").then(
      () => false,
      (error) => (thrown = error) !== undefined,
    ),
  );
  check(
    "a mistake reaches Node with its place and frame",
    isTold &&
      thrown.loc?.file.endsWith("rpc/money.rpc") &&
      thrown.loc.line === 3 &&
      thrown.frame.includes("did you mean `string`?"),
    `${thrown?.stack}`,
  );
  put("rpc/money.rpc");
  put("rpc/orders.rpc");
  const isMended = await until(
    async () => (await server.ssrLoadModule("/src/ssr.js")).methods.join() === "place,watch",
  );
  check("and is over once it is mended", isMended);
}

async function checkOverlay(check, put, server) {
  const executablePath = places.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) {
    console.log("not run  the overlay: no Chromium was found; `apt-get install -y chromium`, or CHROMIUM=/path/to/it");
    return;
  }
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const tab = await browser.newPage();
    const failures = [];
    tab.on("pageerror", (error) => failures.push(error.message));
    await tab.goto(`http://127.0.0.1:${server.httpServer.address().port}/`);
    const saying = (text) => until(async () => (await tab.textContent("#said", { timeout: 1000 })) === text);
    const overlay = () =>
      tab.evaluate(() => document.querySelector("vite-error-overlay")?.shadowRoot?.textContent ?? "");
    const start = "place watch false shop.orders.v1.Orders";
    check("a page in Chromium has the client", await saying(start), failures.join("\n"));
    const loads = await tab.evaluate(() => window.loads);
    check("which is loaded once: no package is found late", loads === 1, `${loads} times`);

    put("rpc/money.rpc", broken);
    const isShown = await until(async () => (await overlay()).includes("strinng"));
    const text = await overlay();
    check(
      "the overlay shows the mistake with its place, its line and the proposal",
      isShown &&
        /rpc\/money\.rpc:3:1[67]/.test(text) &&
        text.includes("type Currency = strinng") &&
        text.includes("did you mean `string`?"),
      text,
    );
    put("rpc/money.rpc");
    check(
      "the page is back once it is mended, without a restart",
      (await saying(start)) && (await until(async () => (await overlay()) === "")),
    );
    put("rpc/orders.rpc", files["rpc/orders.rpc"].replace("watch(id", "cancel(id: string): void\n  watch(id"));
    check("a change is on the page without a hand", await saying("place cancel watch false shop.orders.v1.Orders"));
    rmSync(join(server.config.root, "rpc/money.rpc"));
    check("a file that is taken away is told", await until(async () => (await overlay()).includes("money.rpc")));
    put("rpc/money.rpc");
    put("rpc/orders.rpc");
    check(
      "and missed no more when it is back",
      (await saying(start)) && (await until(async () => (await overlay()) === "")),
    );
  } finally {
    await browser.close();
  }
}
