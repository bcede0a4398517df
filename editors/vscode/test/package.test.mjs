/** The .vsix: unpacked by another program than the one that packed it, it holds what VS Code looks for. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import Module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
let directory;
const read = (path) => readFileSync(join(directory, path), "utf8");

before(() => {
  directory = mkdtempSync(join(tmpdir(), "rpcgen-vsix-"));
  const [archive] = readdirSync(root).filter((name) => name.endsWith(".vsix"));
  execFileSync("unzip", ["-q", join(root, archive), "-d", directory]);
});

after(() => rmSync(directory, { recursive: true, force: true }));

test("the manifest names the extension, its version and files that are there", () => {
  const manifest = read("extension.vsixmanifest");
  const { name, version, publisher } = JSON.parse(read("extension/package.json"));
  assert.ok(manifest.includes(`Id="${name}" Version="${version}" Publisher="${publisher}"`));
  const paths = [...manifest.matchAll(/Path="([^"]+)"/g)].map(([, path]) => path);
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(directory, path))),
    [],
  );
  assert.ok(manifest.includes('Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json"'));
});

test("every kind of file has a content type", () => {
  const types = read("[Content_Types].xml");
  const names = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const endings = new Set(
    names.map(({ name }) => name.slice(name.lastIndexOf("."))).filter((ending) => ending !== ".xml"),
  );
  assert.deepEqual(
    [...endings].filter((ending) => !types.includes(`Extension="${ending}"`)),
    [],
  );
});

test("package.json leads to files that are there, and to nothing of the development", () => {
  const { main, contributes, devDependencies, scripts } = JSON.parse(read("extension/package.json"));
  const paths = [
    main,
    contributes.languages[0].configuration,
    contributes.grammars[0].path,
    contributes.snippets[0].path,
  ];
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(directory, "extension", path))),
    [],
  );
  assert.deepEqual([devDependencies, scripts], [undefined, undefined]);
  for (const path of paths.slice(1)) JSON.parse(read(join("extension", path)));
});

test("the extension loads without node_modules", () => {
  const types = readFileSync(join(root, "node_modules/@types/vscode/index.d.ts"), "utf8");
  const names = [...types.matchAll(/^\texport (?:abstract )?(?:class|enum|namespace) (\w+)/gm)].map(([, name]) => name);
  const vscode = Object.fromEntries([...names.map((name) => [name, class {}]), ["version", "1.91.0"]]);
  const load = Module._load;
  const foreign = [];
  Module._load = (name, ...rest) => {
    if (name === "vscode") return vscode;
    if (!Module.isBuiltin(name) && !name.startsWith("/")) foreign.push(name);
    return load(name, ...rest);
  };
  try {
    const extension = Module.createRequire(import.meta.url)(join(directory, "extension/dist/extension.cjs"));
    assert.deepEqual([typeof extension.activate, typeof extension.deactivate, foreign], ["function", "function", []]);
  } finally {
    Module._load = load;
  }
});
