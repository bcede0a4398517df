/**
 * Installs what would be published beside real bundlers, imports `.rpc` files in each of them, and looks at what comes out:
 * calls to a real server, what a browser would load, mistakes as each bundler tells them, rebuilds, and types.
 */

import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { files, said, serverWords } from "./bundlers/app.mjs";
import { checkMistakes } from "./bundlers/check-mistakes.mjs";
import { checkTypes } from "./bundlers/check-types.mjs";
import { checkViteServer } from "./bundlers/check-vite-server.mjs";
import { checkWatch } from "./bundlers/check-watch.mjs";
import { openHosts, stripTypesLoader } from "./bundlers/hosts.mjs";
import { openWorkshop, pinned, root, run, write } from "./packages/workshop.mjs";

// Pinned, so that a new release of a bundler does not fail what did not change.
const bundlers = {
  vite: "8.3.8",
  rollup: "4.68.8",
  "@rollup/plugin-node-resolve": "16.0.3",
  rolldown: "1.3.2",
  esbuild: "0.28.2",
  webpack: "5.113.0",
  "@rspack/core": "2.3.3",
};

const workshop = openWorkshop("bundlers");
const { check, pack, finish } = workshop;
const packed = [root, join(root, "runtime"), join(root, "unplugin")].map(pack);

/** A project with the application in it. */
function application(name) {
  const path = workshop.project(name, [...packed, "@types/node@20", ...pinned(bundlers)]);
  for (const [file, text] of Object.entries(files)) write(join(path, file), text);
  write(join(path, "strip-types.cjs"), stripTypesLoader);
  return path;
}

const app = application("app");
const hosts = openHosts(app);
const out = (...parts) => join(app, "out", ...parts);

/** Runs what was built as a server; tells its address, and how to end it. */
function startServer(file) {
  const child = spawn(process.execPath, [file], { cwd: app, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.stdout.once("data", (text) => resolve({ address: String(text).trim(), end: () => child.kill("SIGTERM") }));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

const told = ({ errors, warnings }) => JSON.stringify({ errors, warnings }, null, 1);

const served = await hosts.esbuild.build({ entry: "src/server.ts", out: out("server") });
check("a server is bundled", served.errors.length === 0, told(served));
const server = await startServer(out("server", "server.mjs"));
for (const [name, host] of Object.entries(hosts)) {
  const built = await host.build({ entry: "src/client.ts", out: out(name) });
  check(`${name} bundles a client without a warning`, built.errors.length + built.warnings.length === 0, told(built));
  if (built.errors.length > 0) continue;
  const called = run(process.execPath, [out(name, "client.mjs"), server.address], app);
  check(
    `what ${name} made calls a server, and errors have the classes of their files`,
    called.stdout.trim() === said,
    called.text,
  );

  const only = await host.build({ entry: "src/only-client.js", out: out(`${name}-only`), isOutsideToo: true });
  check(`${name} bundles a client alone`, only.errors.length + only.warnings.length === 0, told(only));
  const text = readdirSync(out(`${name}-only`))
    .filter((file) => file.endsWith(".mjs"))
    .map((file) => readFileSync(out(`${name}-only`, file), "utf8"))
    .join("\n");
  const found = serverWords.filter((word) => text.includes(word));
  check(
    `which carries the client and nothing of a server (${name}, ${text.length} characters)`,
    found.length === 0 && text.includes("channel.unary"),
    found.join(", "),
  );
  const map = out(name, "client.mjs.map");
  const sources = existsSync(map)
    ? JSON.parse(readFileSync(map, "utf8")).sources.filter((path) => path.includes(".rpc"))
    : ["none was asked for"];
  check(`the source map of ${name} has the generated modules among its sources`, sources.length > 0);
}
server.end();

await checkTypes(workshop, app);
await checkMistakes(workshop, app, hosts);
await checkWatch(workshop, app, hosts);
await checkViteServer(workshop, app, hosts.vite);
finish();
