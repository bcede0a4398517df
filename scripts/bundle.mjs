/** Bundles the built command into dist/command: what starts it in one file, every command's own code in chunks beside it. */

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
const directory = join(root, "dist/command");

/** Whatever is in `dependencies` is installed with the command; everything else that it uses is in the bundle. */
const installed = Object.keys(require("../package.json").dependencies);

const frontEnd = /\/dist\/compiler\/src\/(syntax|bind|check|schema)\/|\/node_modules\/(@?chevrotain|lodash-es)\//;
const heavy = new RegExp(`${frontEnd.source}|/node_modules/`);
const shared = /\/dist\/compiler\/src\/(source|report|project)\//;

/** Code that is loaded together is one file: each file costs a run as much as many lines of code. */
const groups = [
  { name: "start", tags: ["$initial"], priority: 3 },
  { name: "front-end", test: frontEnd, priority: 2 },
  // What `compile` needs to see that nothing has changed, without whatever only a change needs.
  {
    debugName: "project",
    name: (id, context) => (shared.test(id) && !reaches(id, heavy, context) ? "project" : null),
  },
];

function reaches(id, target, context, seen = new Set()) {
  if (seen.has(id)) return false;
  seen.add(id);
  return target.test(id) || context.getModuleInfo(id).importedIds.some((next) => reaches(next, target, context, seen));
}

/** Modules that run in a process of their own are named by address, and become a file of their own. */
const ownProgram = /new URL\("(\.\/[\w-]+\.js)", import\.meta\.url\)/g;

/** A module in the bundle sees the address that it has in dist/, so that what lies beside it is found from there. */
function ownAddresses(programs) {
  return {
    name: "own-addresses",
    transform(code, id) {
      if (!id.startsWith(join(root, "dist")) || !code.includes("import.meta.url")) return null;
      const withPrograms = code.replace(ownProgram, (_, path) => {
        programs.add(join(dirname(id), path));
        return `new URL("./${basename(path, ".js")}.mjs", import\0meta.url)`;
      });
      const own = relative(directory, id).split(sep).join("/");
      return withPrograms
        .replaceAll("import.meta.url", `new URL(${JSON.stringify(own)}, import.meta.url).href`)
        .replaceAll("import\0meta.url", "import.meta.url");
    },
  };
}

/** commander starts other programs for subcommands that are files of their own. There are none, and loading this is slow. */
const noOtherPrograms = {
  name: "no-other-programs",
  transform(code, id) {
    if (!id.endsWith("commander/lib/command.js")) return null;
    return code.replace("require('node:child_process')", "{}");
  },
};

/** chevrotain makes its tables with this when it starts; lodash's own looks at inherited and symbol keys, which takes most of that time. */
const quickPickBy = {
  name: "quick-pick-by",
  transform(code, id) {
    if (!id.endsWith("lodash-es/pickBy.js")) return null;
    return `export default (object, keeps) => {
      const picked = {};
      for (const key in object) if (keeps(object[key], key)) picked[key] = object[key];
      return picked;
    };`;
  },
};

/** What Node has built in is loaded when it is first used: most runs hash nothing, for instance. */
const lazyBuiltIns = {
  name: "lazy-built-ins",
  renderChunk(code) {
    const loads = [...code.matchAll(/^let (node_\w+(?:\$\d+)?) = (require\("node:[\w/]+"\));\n(?!\1 =)/gm)];
    return loads.reduce(
      (text, [line, name, load]) => text.replace(line, "").replaceAll(`${name}.`, () => `${load}.`),
      code,
    );
  },
};

/** Code that Node takes from a cache cannot import for itself, so the launcher does it there. */
const importByLauncher = {
  name: "import-by-launcher",
  renderChunk(code) {
    if (!/\bimport\(/.test(code)) return null;
    const define = "const __import = require.importModule ?? ((specifier) => import(specifier));\n";
    return define + code.replace(/(?<![.\w$])import\(/g, "__import(");
  },
};

/** Text of one byte a character is read fastest, and JavaScript can say every other character in it. */
const onlyAscii = {
  name: "only-ascii",
  renderChunk: (code) =>
    code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
};

const plugins = [noOtherPrograms, quickPickBy, lazyBuiltIns, importByLauncher, onlyAscii];
const isOutside = (id) => id.startsWith("node:") || installed.some((name) => id === name || id.startsWith(`${name}/`));

/** Writes the bundle; returns the name of the file that starts it, and all names, which change with what is in the files. */
export async function bundle() {
  const programs = new Set();
  const output = await write(
    {
      input: join(root, "dist/bin/main.js"),
      preserveEntrySignatures: "allow-extension",
      checks: { ineffectiveDynamicImport: false },
      // Neither does anything when it is loaded, but they do not say so.
      treeshake: { moduleSideEffects: [{ test: /node_modules\/(@?chevrotain|lodash-es)\//, sideEffects: false }] },
      plugins: [ownAddresses(programs), ...plugins],
    },
    {
      format: "cjs",
      entryFileNames: "[name]-[hash].cjs",
      chunkFileNames: "[name]-[hash].cjs",
      codeSplitting: { groups, includeDependenciesRecursively: false },
    },
  );
  for (const input of programs) {
    const files = { format: "esm", entryFileNames: "[name].mjs", codeSplitting: false };
    output.push(...(await write({ input, plugins: [ownAddresses(programs)] }, files)));
  }
  const noticesFile = "THIRD-PARTY-NOTICES.txt";
  writeFileSync(join(directory, noticesFile), notices(output));
  const made = new Set([noticesFile, ...output.map(({ fileName }) => fileName)]);
  return { entry: output.find(({ isEntry }) => isEntry).fileName, made };
}

async function write(inputOptions, outputOptions) {
  const build = await rolldown({ ...inputOptions, platform: "node", external: isOutside });
  const { output } = await build.write({ ...outputOptions, dir: directory, comments: false });
  await build.close();
  return output;
}

/** Removes what earlier bundles left, once the new one is the one that is started. */
export function removeOtherThan(made) {
  for (const name of readdirSync(directory)) {
    if (!made.has(name)) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

/** The licences of the packages whose code is in the bundle. */
function notices(output) {
  const folders = new Set();
  for (const { moduleIds = [] } of output) {
    for (const id of moduleIds) {
      const folder = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.split(sep).join("/"))?.[1];
      if (folder !== undefined) folders.add(folder);
    }
  }
  const parts = [...folders].map(noticeOf).sort((a, b) => (a.title < b.title ? -1 : 1));
  const line = "-".repeat(78);
  const intro = "The command `rpcgen` contains code of these packages, each under its own licence.\n";
  return [intro, ...parts.map(({ title, text }) => `${line}\n${title}\n\n${text.trim()}\n`)].join("\n");
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice)([.-]|$)/i.test(file))
    .sort();
  if (files.length === 0) throw new Error(`${folder} has no licence that could be shipped with its code`);
  return {
    title: `${name} ${version} (${license})`,
    text: files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n"),
  };
}
