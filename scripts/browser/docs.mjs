/** Opens exported documentation in Chromium, from files and under a base path, and checks what only a browser knows. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { attempt, check } from "./checks.mjs";
import { openChromium } from "./chromium.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const examples = ["shop", "torture", "library", "chat"];
const base = "/some/base/";
const sites = mkdtempSync(join(tmpdir(), "rpcgen-sites-"));

function exportSite(name) {
  const source = `idl-examples/${name}`;
  const args = ["bin/rpcgen.cjs", "export", "--to", "docs", source, "--root", source, "--no-config", "--quiet"];
  const { status } = spawnSync(process.execPath, [...args, "--out", join(sites, name)], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`the site of ${name} could not be made`);
}

const mediaTypes = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript" };

/** The sites below a base path, and nothing else. */
function serveSites() {
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "").split("?")[0] ?? "");
    const file = join(sites, path.slice(base.length));
    const isThere = path.startsWith(base) && !path.includes("..") && extname(file) !== "" && existsSync(file);
    response.writeHead(isThere ? 200 : 404, { "content-type": mediaTypes[extname(file)] ?? "text/plain" });
    response.end(isThere ? readFileSync(file) : "");
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function pagesOf(name) {
  return readdirSync(join(sites, name), { recursive: true })
    .filter((path) => path.endsWith(".html"))
    .sort();
}

/** Every page of a site at the width of a small phone: errors, requests, room, links. */
async function crawl(context, origin, name) {
  const page = await context.newPage();
  const seen = { errors: [], strangers: [], wide: [], broken: [] };
  const onPages = new Map();
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  page.on("pageerror", (error) => seen.errors.push(error.message));
  page.on("requestfailed", (request) => seen.errors.push(request.url()));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && url !== "data:,") seen.strangers.push(url);
  });
  for (const path of pagesOf(name)) {
    const address = `${origin}${name}/${path}`;
    await page.goto(address);
    const { width, links, ids } = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      links: [...document.querySelectorAll("a[href]")].map(({ href }) => href),
      ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
    }));
    if (width > 360) seen.wide.push(`${path} (${width} px)`);
    onPages.set(address, { links, ids: new Set(ids) });
  }
  for (const [address, { links }] of onPages) {
    for (const link of links) {
      if (!link.startsWith(origin)) continue;
      const [target, id] = link.split("#");
      const to = onPages.get(target);
      if (to === undefined || (id !== undefined && !to.ids.has(id))) seen.broken.push(`${address} -> ${link}`);
    }
  }
  await page.close();
  const few = (list) => list.slice(0, 5).join("; ");
  check(`${name}: no errors in the console`, seen.errors.length === 0, few(seen.errors));
  check(`${name}: no request leaves the site`, seen.strangers.length === 0, few(seen.strangers));
  check(`${name}: nothing is wider than 360 px`, seen.wide.length === 0, few(seen.wide));
  check(`${name}: every link leads somewhere`, seen.broken.length === 0, few(seen.broken));
}

/** Searching by keyboard alone, from the first page and from a page below. */
async function search(context, origin) {
  const page = await context.newPage();
  const input = page.locator("#search");
  await page.goto(`${origin}shop/index.html`);
  await page.keyboard.press("/");
  check("`/` goes to the search", await input.evaluate((element) => element === document.activeElement));
  await page.keyboard.type("OutOf");
  await page.waitForSelector(".hit");
  check("the best match stands first", (await page.textContent(".hit .hit-name")) === "OutOfStock");
  await input.fill("order");
  await page.waitForFunction(() => document.querySelectorAll(".hit").length > 5);
  const selected = () => page.locator('.hit[aria-selected="true"]').getAttribute("id");
  check("the first match is selected", (await selected()) === "hit-0");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  check("arrows move the selection", (await selected()) === "hit-1");
  check("readers are told of it", (await input.getAttribute("aria-activedescendant")) === "hit-1");
  const wanted = await page.locator("#hit-1").evaluate(({ href }) => href);
  await page.keyboard.press("Enter");
  await page.waitForURL(wanted);
  check("Enter goes there", page.url() === wanted);
  await page.keyboard.press("/");
  await page.keyboard.type("placedAt");
  await page.waitForSelector(".hit");
  await page.keyboard.press("Enter");
  await page.waitForURL(/#field-placedAt$/);
  check("a field is found from a page below", page.url().endsWith("shop.orders.v1/Order.html#field-placedAt"));
  await page.keyboard.press("/");
  await page.keyboard.type("oos");
  await page.waitForSelector(".hit");
  check("initials find a name", (await page.textContent(".hit .hit-name")) === "OutOfStock");
  await input.fill("zzz nothing");
  await page.waitForFunction(() => document.querySelector(".found-note").textContent !== "");
  check("what is not there is said not to be", (await page.locator(".hit").count()) === 0);
  await page.keyboard.press("Escape");
  check("Escape closes the list", !(await page.locator(".found").isVisible()));
  await page.close();
}

async function themes(context, origin) {
  const page = await context.newPage();
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const address = `${origin}shop/shop.orders.v1/Orders.html`;
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(address);
  const light = await paper();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await paper();
  check("dark colours differ from light ones", light !== dark, `${light} and ${dark}`);
  await page.click(".theme");
  check("the button turns to light", (await paper()) === light);
  await page.goto(`${origin}shop/index.html`);
  check("the choice is kept on the next page", (await paper()) === light);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  check("what is printed has no bars", !(await page.locator(".top").isVisible()));
  await page.close();
}

/** Contrast of all text that is seen, as WCAG 2 reckons it: 4.5 at least. */
async function contrast(context, origin) {
  for (const scheme of ["light", "dark"]) {
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme: scheme });
    for (const path of ["shop/shop.orders.v1/Orders.html", "shop/shop.orders.v1/Order.html", "shop/index.html"]) {
      await page.goto(origin + path);
      const poor = await page.evaluate(findPoorContrast);
      check(`${path} can be read in ${scheme} colours`, poor.length === 0, poor.slice(0, 5).join("; "));
    }
    await page.close();
  }
}

/** Runs in the page. */
function findPoorContrast() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return { channels: [red, green, blue], alpha: alpha / 255 };
  };
  const behind = (element) => {
    if (element === null) return [255, 255, 255];
    const { channels, alpha } = parse(getComputedStyle(element).backgroundColor);
    if (alpha === 1) return channels;
    const under = behind(element.parentElement);
    return channels.map((channel, index) => channel * alpha + under[index] * (1 - alpha));
  };
  const light = (channels) => {
    const [red, green, blue] = channels.map((channel) => {
      const part = channel / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const poor = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
    if (!hasText || element.closest("svg, .sr, .skip") || element.getClientRects().length === 0) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color).channels), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...poor];
}

/** Without JavaScript everything can be reached but the search, and the list of pages opens on a phone. */
async function withoutScripts(context, origin) {
  const page = await context.newPage();
  await page.goto(`${origin}shop/shop.orders.v1/Order.html`);
  check("no search is offered that cannot work", !(await page.locator(".search").isVisible()));
  check("the list of pages is closed on a phone", !(await page.locator("#nav").isVisible()));
  await page.click(".menu");
  check("and opens without a script", await page.locator("#nav").isVisible());
  await page.click(".close");
  check("and closes again", !(await page.locator("#nav").isVisible()));
  await page.close();
}

export async function checkDocs() {
  const server = await serveSites();
  try {
    for (const name of examples) exportSite(name);
    const origins = {
      files: `${pathToFileURL(sites).href}/`,
      http: `http://127.0.0.1:${server.address().port}${base}`,
    };
    for (const origin of Object.values(origins)) {
      const phone = await openChromium({ viewport: { width: 360, height: 740 } });
      for (const name of origin === origins.files ? examples : ["shop"]) await attempt(crawl, phone, origin, name);
      await phone.close();
      const desk = await openChromium({ viewport: { width: 1280, height: 900 } });
      await attempt(search, desk, origin);
      await attempt(themes, desk, origin);
      await desk.close();
    }
    const desk = await openChromium({ viewport: { width: 1280, height: 900 } });
    await attempt(contrast, desk, origins.files);
    await desk.close();
    const plain = await openChromium({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
    await attempt(withoutScripts, plain, origins.files);
    await plain.close();
  } finally {
    server.close();
    rmSync(sites, { recursive: true, force: true, maxRetries: 3 });
  }
}
