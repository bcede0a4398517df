/** The bundlers as a test uses them: one build, or one after every change. Each is the one that the project has installed. */

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { default: ts } = await import("typescript");

function stripTypes(code) {
  const compilerOptions = { target: "es2022", module: "esnext", verbatimModuleSyntax: true };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}

/** A loader of webpack's that does the same; Rollup and it read no TypeScript by themselves. */
export const stripTypesLoader = `const ts = require(${JSON.stringify(createRequire(import.meta.url).resolve("typescript"))});
const compilerOptions = { target: "es2022", module: "esnext", verbatimModuleSyntax: true };
module.exports = (code) => ts.transpileModule(code, { compilerOptions }).outputText;
`;

/** What a build came to. `errors` are what the bundler tells its user, in the bundler's own form. */
const outcome = (errors = [], warnings = []) => ({ errors, warnings });

export function openHosts(project) {
  const require = createRequire(join(project, "index.js"));
  const load = (name) => import(pathToFileURL(require.resolve(name)).href);
  // Packages with an exports map of ECMAScript modules only are not found by `require.resolve`.
  const loadModule = async (name, path) => import(pathToFileURL(join(project, "node_modules", name, path)).href);
  const plugin = async (bundler, options) =>
    (await loadModule("@rpcgen/unplugin", `dist/${bundler}.js`)).default({ directory: project, ...options });
  const isOutside = (id) => id.startsWith("node:") || id.startsWith("@rpcgen/runtime");
  const context = { project, load, loadModule, plugin, isOutside };
  return {
    vite: viteHost(context),
    rollup: rollupHost(context),
    rolldown: rolldownHost(context),
    esbuild: esbuildHost(context),
    webpack: webpackHost(context, "webpack"),
    rspack: webpackHost(context, "rspack"),
  };
}

/** Waits for what a watcher tells, one build after the other. */
class Rounds {
  #waiting = [];
  #ready = [];

  tell(result) {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#ready.push(result);
    else waiting(result);
  }

  /** Forgets builds that nobody has asked for yet: a save may be told twice. */
  clear() {
    this.#ready = [];
  }

  /** The first build from now on, or from the last question on, that is as wanted. */
  async until(isWanted, limitMs = 20_000) {
    const deadline = Date.now() + limitMs;
    const seen = [];
    for (;;) {
      const rest = deadline - Date.now();
      const next = await Promise.race([
        this.#next(),
        new Promise((resolve) => setTimeout(() => resolve(undefined), Math.max(0, rest)).unref()),
      ]);
      if (next === undefined) return { isRight: false, text: seen.map((one) => JSON.stringify(one)).join("\n") };
      seen.push(next);
      if (await isWanted(next)) return { isRight: true, text: "", result: next };
    }
  }

  #next() {
    const ready = this.#ready.shift();
    return ready === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(ready);
  }
}

const rollupError = (error) => outcome([{ text: error.message, loc: error.loc, frame: error.frame, id: error.id }]);

function rollupHost({ project, load, loadModule, plugin, isOutside }) {
  const config = async ({ entry, isOutsideToo = false }, warnings) => ({
    input: join(project, entry),
    external: isOutsideToo ? isOutside : (id) => id.startsWith("node:"),
    plugins: [
      await plugin("rollup"),
      (await load("@rollup/plugin-node-resolve")).nodeResolve(),
      {
        name: "strip-types",
        transform: (code, id) => (id.endsWith(".ts") ? { code: stripTypes(code), map: null } : null),
      },
    ],
    onwarn: (warning) => warnings.push({ text: warning.message, loc: warning.loc, frame: warning.frame }),
  });
  return {
    async build(options) {
      const { rollup } = await loadModule("rollup", "dist/es/rollup.js");
      const warnings = [];
      try {
        const built = await rollup(await config(options, warnings));
        await built.write({ dir: options.out, format: "es", entryFileNames: "[name].mjs", sourcemap: true });
        await built.close();
        return outcome([], warnings);
      } catch (error) {
        return rollupError(error);
      }
    },
    async watch(options) {
      const { watch } = await loadModule("rollup", "dist/es/rollup.js");
      return watchRollup(watch, { ...(await config(options, [])), watch: { buildDelay: 20 } }, options.out);
    },
  };
}

function watchRollup(watch, config, dir) {
  const rounds = new Rounds();
  const watcher = watch({ ...config, output: { dir, format: "es", entryFileNames: "[name].mjs" } });
  watcher.on("event", (event) => {
    if ("result" in event && event.result) void event.result.close();
    if (event.code === "BUNDLE_END") rounds.tell(outcome());
    if (event.code === "ERROR") rounds.tell(rollupError(event.error.errors?.[0] ?? event.error));
  });
  return { rounds, close: () => watcher.close() };
}

function rolldownHost({ project, loadModule, plugin, isOutside }) {
  const config = async ({ entry, isOutsideToo = false }, warnings = []) => ({
    input: join(project, entry),
    platform: "node",
    external: isOutsideToo ? isOutside : (id) => id.startsWith("node:"),
    plugins: [await plugin("rolldown")],
    onLog: (_level, log) => warnings.push({ text: log.message, loc: log.loc, frame: log.frame }),
  });
  const own = () => loadModule("rolldown", "dist/index.mjs");
  return {
    async build(options) {
      const { rolldown } = await own();
      const warnings = [];
      try {
        const built = await rolldown(await config(options, warnings));
        await built.write({ dir: options.out, format: "es", entryFileNames: "[name].mjs", sourcemap: true });
        await built.close();
        return outcome([], warnings);
      } catch (error) {
        return outcome((error.errors ?? [error]).map((one) => rollupError(one).errors[0]));
      }
    },
    async watch(options) {
      const { watch } = await own();
      return watchRollup(watch, await config(options), options.out);
    },
  };
}

function viteHost({ project, loadModule, plugin, isOutside }) {
  const own = () => loadModule("vite", "dist/node/index.js");
  return {
    async build({ entry, out, isOutsideToo = false }) {
      const { build } = await own();
      const warnings = [];
      const input = join(project, entry);
      const external = isOutsideToo ? isOutside : (id) => id.startsWith("node:");
      const logger = silentLogger(warnings);
      try {
        await build({
          root: project,
          configFile: false,
          customLogger: logger,
          plugins: [await plugin("vite")],
          ssr: { noExternal: true },
          build: {
            ssr: input,
            outDir: out,
            minify: false,
            target: "es2022",
            rollupOptions: { input, external, output: { entryFileNames: "[name].mjs" } },
          },
        });
        return outcome([], warnings);
      } catch (error) {
        return outcome((error.errors ?? [error]).map((one) => rollupError(one).errors[0]));
      }
    },
    /** A server for the page of the project; `told` are the messages of its web socket to pages. */
    async serve() {
      const { createServer } = await own();
      const server = await createServer({
        root: project,
        configFile: false,
        customLogger: silentLogger([]),
        plugins: [await plugin("vite")],
        server: { port: 0, host: "127.0.0.1" },
      });
      await server.listen();
      return server;
    },
  };
}

function silentLogger(warnings) {
  const note = (message) => void warnings.push({ text: String(message) });
  const nothing = () => undefined;
  return {
    info: nothing,
    warn: note,
    warnOnce: note,
    error: nothing,
    clearScreen: nothing,
    hasErrorLogged: () => false,
    hasWarned: false,
  };
}

function esbuildHost({ project, loadModule, plugin }) {
  const own = () => loadModule("esbuild", "lib/main.js").then((module) => module.default ?? module);
  const config = async ({ entry, out, isOutsideToo = false }) => ({
    entryPoints: [join(project, entry)],
    absWorkingDir: project,
    bundle: true,
    platform: "node",
    format: "esm",
    outdir: out,
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
    sourcemap: true,
    external: isOutsideToo ? ["@rpcgen/runtime"] : [],
    plugins: [await plugin("esbuild")],
  });
  const told = ({ errors, warnings }) => {
    const plain = ({ text, location, notes }) => ({
      text,
      loc: location === null ? undefined : { ...location },
      frame: notes.map((note) => note.text).join("\n"),
    });
    return outcome(errors.map(plain), warnings.map(plain));
  };
  return {
    async build(options) {
      const { build } = await own();
      return build(await config(options)).then(told, told);
    },
    async watch(options) {
      const { context } = await own();
      const rounds = new Rounds();
      const base = await config(options);
      const listener = { name: "listener", setup: (build) => build.onEnd((result) => rounds.tell(told(result))) };
      const watching = await context({ ...base, plugins: [...base.plugins, listener] });
      await watching.watch();
      return { rounds, close: () => watching.dispose() };
    },
  };
}

function webpackHost({ project, load, plugin, isOutside }, name) {
  const own = async () => {
    const module = await load(name === "webpack" ? "webpack" : "@rspack/core");
    return module[name] ?? module.default?.[name] ?? module.default;
  };
  const config = async ({ entry, out, isOutsideToo = false }) => ({
    context: project,
    mode: "production",
    target: "node20",
    entry: { [entry.replace(/^.*\//, "").replace(/\.[jt]s$/, "")]: join(project, entry) },
    devtool: "source-map",
    optimization: { minimize: false },
    experiments: { outputModule: true },
    output: { path: out, filename: "[name].mjs", module: true, library: { type: "module" }, chunkFormat: "module" },
    externalsType: "module",
    externals: isOutsideToo
      ? [({ request }, callback) => callback(null, isOutside(request) ? request : undefined)]
      : [],
    module: { rules: [{ test: /\.ts$/, type: "javascript/auto", use: [join(project, "strip-types.cjs")] }] },
    plugins: [await plugin(name)],
    infrastructureLogging: { level: "none" },
  });
  const told = (error, stats) => {
    if (error !== null) return outcome([{ text: error.message }]);
    const { errors = [], warnings = [] } = stats.toJson({ all: false, errors: true, warnings: true });
    const plain = ({ message, moduleName, loc }) => ({ text: message, id: moduleName, loc });
    return outcome(errors.map(plain), warnings.map(plain));
  };
  return {
    async build(options) {
      const compiler = (await own())(await config(options));
      return new Promise((resolve) => {
        compiler.run((error, stats) => compiler.close(() => resolve(told(error, stats))));
      });
    },
    async watch(options) {
      const rounds = new Rounds();
      const compiler = (await own())(await config(options));
      const watching = compiler.watch({ aggregateTimeout: 20 }, (error, stats) => rounds.tell(told(error, stats)));
      return { rounds, close: () => new Promise((resolve) => watching.close(resolve)) };
    },
  };
}
