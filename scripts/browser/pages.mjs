/** Bundles what runs in a page, and serves pages that load it. */

import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const resolve = { extensionAlias: { ".js": [".ts", ".js"] } };

/**
 * What a page loads of a file of this folder: texts by name, the first of which is `start`; what the bundler warned of; and the bytes of
 * what is loaded at the start and of everything, gzipped.
 */
export async function bundlePage(file) {
  const warnings = [];
  const onLog = (level, { code, message }) => {
    // A module that is in the first file anyway.
    if (code !== "INEFFECTIVE_DYNAMIC_IMPORT") warnings.push(`${level} ${message.split("\n")[0]}`);
  };
  const bundle = await rolldown({ input: { start: join(here, file) }, platform: "browser", resolve, onLog });
  const { output } = await bundle.generate({ format: "esm", minify: true, entryFileNames: "[name].js" });
  await bundle.close();
  const files = new Map(output.map(({ fileName, code }) => [fileName, code]));
  const started = new Set(["start.js"]);
  for (const name of started)
    for (const next of output.find((chunk) => chunk.fileName === name).imports) started.add(next);
  const gzipped = (names) => [...names].reduce((sum, name) => sum + gzipSync(files.get(name) ?? "").length, 0);
  return { files, warnings, startBytes: gzipped(started), allBytes: gzipped(files.keys()), started };
}

/** A module of this folder that runs here, with the runtime that was built. */
export async function loadHere(file) {
  const directory = join(root, ".cache/browser");
  mkdirSync(directory, { recursive: true });
  const bundle = await rolldown({ input: join(here, file), platform: "node", resolve, external: /^@rpcgen\/runtime/ });
  const path = join(directory, file.replace(/\.ts$/, ".mjs"));
  await bundle.write({ format: "esm", file: path });
  await bundle.close();
  return import(pathToFileURL(path).href);
}

/** A server of one page that loads the bundle; not listening yet, so that something else can be mounted in it. */
export function pageServer({ files }) {
  return createServer((request, response) => {
    const name = (request.url ?? "/").slice(1);
    const code = files.get(name);
    const page = '<!doctype html><title>calls</title><script type="module" src="start.js"></script>';
    response.setHeader("content-type", code === undefined ? "text/html" : "text/javascript");
    response.writeHead(code !== undefined || name === "" ? 200 : 404);
    response.end(code ?? (name === "" ? page : ""));
  });
}

/** Listens at this machine alone; settles with the port. */
export function listen(server) {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
}
