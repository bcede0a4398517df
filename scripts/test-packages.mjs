/**
 * Installs what would be published in empty projects, and calls: the packed compiler makes a package of an example, which is
 * packed, checked by the tools that look for mistakes in packages, and used from every Node, TypeScript and two bundlers.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { nodeLines, nodeOf } from "./nodes.mjs";
import { commonJs, esModule, expected, oneMethod, smallClient, typed } from "./packages/sources.mjs";
import { openWorkshop, pinned, root, run, write } from "./packages/workshop.mjs";

// Pinned, so that a new release of a tool does not fail what did not change.
const tools = { publint: "0.3.25", "@arethetypeswrong/cli": "0.18.5" };
const bundlers = { vite: "7.3.5", esbuild: "0.28.1" };

const { work, check, must, project, pack, finish } = openWorkshop("packages");
/** From nothing to a server that answers, in the steps of the README. */
async function checkNewProject() {
  const path = join(work, "new-project");
  mkdirSync(path, { recursive: true });
  must("npm", ["init", "-y"], path);
  const packages = [compiler, runtime, "typescript@6.0.3", "@types/node@20"];
  must("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages], path);
  for (const step of [["rpcgen", "init"], ["rpcgen", "compile"], ["tsc"]]) {
    const ended = run("npx", ["--no-install", ...step], path);
    check(`a new project: ${step.join(" ")}`, ended.isRight, ended.text);
    if (!ended.isRight) return;
  }
  // Servers of the example listen where it says; others of this machine may be there already.
  const port = await freePort();
  for (const name of ["server", "client"]) {
    const file = join(path, `dist/src/${name}.js`);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("7000", String(port)));
  }
  const server = spawn(process.execPath, ["dist/src/server.js"], { cwd: path, stdio: ["ignore", "pipe", "inherit"] });
  const over = new Promise((resolve) => server.once("close", (code) => resolve(code)));
  await Promise.race([over, new Promise((resolve) => server.stdout.once("data", resolve))]);
  const client = run(process.execPath, ["dist/src/client.js"], path);
  check("a new project: its client and its server", client.stdout.startsWith("Hello, world!\n3\n"), client.text);
  const address = `rpc://127.0.0.1:${port}`;
  const called = run("npx", ["--no-install", "rpcgen", "call", address, "Greeter.greet", '{"name":"Ada"}'], path);
  check("a new project: rpcgen call", called.stdout.includes("Hello, Ada!"), called.text);
  const load = ["load", address, "Greeter.greet", '{"name":"Ada"}', "-n", "1000", "--json"];
  const loaded = run("npx", ["--no-install", "rpcgen", ...load], path);
  check(
    "a new project: rpcgen load",
    loaded.isRight && JSON.parse(loaded.stdout).calls.succeeded === 1000,
    loaded.text,
  );
  server.kill("SIGTERM");
  check("a new project: the server ends when it is told to", (await over) === 0);
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const compiler = pack(root);
const runtime = pack(join(root, "runtime"));
const plugin = pack(join(root, "unplugin"));

const idl = project("idl", [compiler]);
cpSync(join(root, "idl-examples/shop"), join(idl, "rpc"), { recursive: true });
must(process.execPath, [join(idl, "node_modules/rpcgen/bin/rpcgen.cjs"), "sdk", "--name", "@acme/orders"], idl);
const sdk = pack(join(idl, "sdk"));

const toolbox = project("tools", pinned(tools));
const bin = (name) => join(toolbox, "node_modules/.bin", name);
for (const [name, tarball] of [
  ["an SDK", sdk],
  ["the plug-in for bundlers", plugin],
]) {
  const linted = run(bin("publint"), [tarball, "--strict"], toolbox);
  check(`publint finds nothing in ${name}`, linted.isRight, linted.text);
  const resolved = run(bin("attw"), [tarball, "--profile", "esm-only"], toolbox);
  check(`attw finds the types of ${name} from every resolution that it is made for`, resolved.isRight, resolved.text);
}

await checkNewProject();

const app = project("app", [runtime, sdk, "@types/node@20"]);
write(join(app, "call.mjs"), esModule);
write(join(app, "call.cjs"), commonJs);
for (const line of nodeLines) {
  const { executable, missing } = nodeOf(line);
  if (executable === undefined) {
    console.log(`missing Node ${line}: ${missing}`);
    continue;
  }
  for (const file of ["call.mjs", "call.cjs"]) {
    const ended = run(executable, [file], app);
    const how = file.endsWith("cjs") ? "require" : "import";
    check(`a call on Node ${line}, by ${how}`, ended.stdout.trim() === expected, ended.text);
  }
}

const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: false,
};
write(join(app, "main.ts"), typed);
for (const [folder, name] of [
  ["typescript5", "5.9"],
  ["typescript", "6.0"],
  ["typescript7", "7.0"],
]) {
  for (const resolution of ["nodenext", "bundler"]) {
    for (const [set, options] of Object.entries({ strict, lax: { strict: false, skipLibCheck: true } })) {
      const config = {
        compilerOptions: {
          target: "es2022",
          lib: ["es2022", "esnext.disposable"],
          types: ["node"],
          module: resolution === "nodenext" ? "nodenext" : "esnext",
          moduleResolution: resolution,
          noEmit: true,
          ...options,
        },
        files: ["main.ts"],
      };
      write(join(app, "tsconfig.json"), JSON.stringify(config));
      const ended = run(process.execPath, [join(root, "node_modules", folder, "bin/tsc"), "-p", "."], app);
      check(`TypeScript ${name} under ${resolution}, ${set}`, ended.isRight, ended.text);
    }
  }
}

const bundling = project("bundles", [runtime, sdk, ...pinned(bundlers)]);
write(join(bundling, "call.mjs"), esModule);
write(join(bundling, "one.mjs"), oneMethod);
const esbuild = join(bundling, "node_modules/.bin/esbuild");
const bundled = run(
  esbuild,
  ["call.mjs", "--bundle", "--platform=node", "--format=esm", "--outfile=out/call.mjs", "--log-level=warning"],
  bundling,
);
const called = bundled.isRight ? run(process.execPath, ["out/call.mjs"], bundling) : bundled;
check("a call from a bundle of esbuild", called.stdout.trim() === expected, called.text);
const built = run(
  join(bundling, "node_modules/.bin/vite"),
  ["build", "--ssr", "call.mjs", "--outDir", "dist", "--logLevel", "warn"],
  bundling,
);
const file = built.isRight ? readdirSync(join(bundling, "dist")).find((name) => name.startsWith("call")) : undefined;
const answered = file === undefined ? built : run(process.execPath, [join("dist", file)], bundling);
check("a call from a build of Vite", answered.stdout.trim() === expected, answered.text);

const small = run(
  esbuild,
  [
    "one.mjs",
    "--bundle",
    "--minify",
    "--splitting",
    "--platform=node",
    "--format=esm",
    "--outdir=small",
    "--log-level=warning",
  ],
  bundling,
);
check("a client of one method is bundled", small.isRight, small.text);
if (small.isRight) {
  const code = (name) => readFileSync(join(bundling, "small", name), "utf8");
  const bytes = (names) => names.reduce((sum, name) => sum + gzipSync(code(name)).length, 0);
  // What the first file imports is there from the start, too; a set visits what is added to it while it is walked.
  const started = new Set(["one.js"]);
  for (const name of started)
    for (const [, imported] of code(name).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) started.add(imported);
  const kib = (names) => `${(bytes([...names]) / 1024).toFixed(1)} KiB`;
  console.log(
    `the client for Node with one method, minified and gzipped: ${kib(started)} at the start, ${kib(readdirSync(join(bundling, "small")))} with all that may be loaded later`,
  );
  // A sentence of the server's, since names do not survive.
  const text = [...started].map(code).join("");
  check("a client of one method carries no server", !text.includes("serve wants exactly one of port"));
}

// As runtime/test/web-size.test.ts holds what is built here, which Rolldown makes some 3 % smaller than esbuild does.
for (const [method, module, bytesMax] of [
  ["healthCheck", "health.client", 11_200],
  ["ordersCount", "orders.client", 11_200],
  ["ordersPlace", "orders.client", 13_400],
]) {
  write(join(bundling, `${method}.mjs`), smallClient(method, module));
  const browser = ["--bundle", "--minify", "--platform=browser", "--format=esm", "--log-level=warning"];
  const made = run(esbuild, [`${method}.mjs`, ...browser, `--outfile=web/${method}.js`], bundling);
  const page = made.isRight ? readFileSync(join(bundling, "web", `${method}.js`)) : undefined;
  const length = page === undefined ? Infinity : gzipSync(page, { level: 9 }).length;
  if (page !== undefined) console.log(`the small client for ${method}, minified and gzipped: ${length} bytes`);
  check(`the small client for ${method} takes less than ${bytesMax} bytes`, length < bytesMax, made.text);
}

finish();
