/** Starting in a project: what `init` puts there, and that it replaces nothing. */

import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import { runCommand } from "./run-command.js";

test("an empty directory gets a package, a configuration and an example that compiles and passes the linter", () => {
  const directory = createTemporaryDirectory({ "My Shop/.git/HEAD": "" });
  const cwd = join(directory.path, "My Shop");
  const { code, stderr } = runCommand(["init"], { cwd });
  expect(code).toBe(0);
  for (const name of ["package.json", ".gitignore", "rpc/greeter.rpc"]) expect(stderr).toContain(`created  ${name}\n`);
  expect(JSON.parse(directory.read("My Shop/package.json"))).toMatchObject({ name: "my-shop", private: true });
  expect(directory.read("My Shop/.gitignore")).toMatch(/^node_modules\/$(.|\n)*^dist\/$(.|\n)*^gen\/$/m);
  expect(runCommand(["compile", "--no-config"], { cwd })).toMatchObject({ code: 0 });
  expect(runCommand(["lint", "--no-config", "--max-warnings", "0"], { cwd })).toMatchObject({ code: 0 });
  expect(existsSync(join(cwd, "gen/greeter.server.ts"))).toBe(true);
});

test("a directory with sources, or inside of a package, gets no package.json and no .gitignore of its own", () => {
  const directory = createTemporaryDirectory({
    "old/index.js": "",
    "outer/package.json": "{}",
    "outer/inner/.keep": "",
  });
  const { stderr } = runCommand(["init"], { cwd: join(directory.path, "old") });
  expect(stderr).toContain("where there is a package.json, which `npm init -y` makes");
  expect(existsSync(join(directory.path, "old/.gitignore"))).toBe(false);
  runCommand(["init"], { cwd: join(directory.path, "outer/inner") });
  expect(existsSync(join(directory.path, "outer/inner/package.json"))).toBe(false);
});

test("files that are there are kept, and so is package.json but for its prebuild step", () => {
  const manifest = '{\n    "name": "mine",\n    "scripts": { "test": "true" },\n    "x": [1]\n}\n';
  const directory = createTemporaryDirectory({ "package.json": manifest, "src/server.ts": "mine" });
  const first = runCommand(["init", "--json"], { cwd: directory.path });
  expect(JSON.parse(first.stdout)).toMatchObject({
    command: "init",
    steps: expect.arrayContaining([
      { what: "added", name: '"prebuild": "rpcgen compile" to package.json' },
      { what: "kept", name: "src/server.ts" },
      { what: "created", name: "rpcgen.config.ts" },
    ]),
  });
  const text = readFileSync(join(directory.path, "package.json"), "utf8");
  expect(JSON.parse(text)).toEqual({
    name: "mine",
    scripts: { test: "true", prebuild: "rpcgen compile" },
    x: [1],
    dependencies: { "@rpcgen/runtime": "^0.1.0" },
    devDependencies: { rpcgen: "^0.1.0" },
  });
  expect(text).toContain('\n    "name"');
  expect(readFileSync(join(directory.path, "src/server.ts"), "utf8")).toBe("mine");

  const second = runCommand(["init"], { cwd: directory.path });
  expect(second.code).toBe(0);
  expect(second.stderr).not.toMatch(/created|added/);
  expect(readFileSync(join(directory.path, "package.json"), "utf8")).toBe(text);
});

test("a package.json that is a link stays one, and what it leads to gets the additions", () => {
  const directory = createTemporaryDirectory({ "shared/manifest.json": '{ "name": "mine" }', "app/.keep": "" });
  symlinkSync("../shared/manifest.json", directory.at("app/package.json"));
  const { code, stderr } = runCommand(["init"], { cwd: directory.at("app") });
  expect([code, stderr]).toEqual([0, expect.stringContaining('added    "prebuild": "rpcgen compile" to package.json')]);
  expect(lstatSync(directory.at("app/package.json")).isSymbolicLink()).toBe(true);
  expect(JSON.parse(directory.read("shared/manifest.json"))).toMatchObject({
    name: "mine",
    scripts: { prebuild: "rpcgen compile" },
  });
  expect(readdirSync(directory.at("shared"))).toEqual(["manifest.json"]);
});

test("a package.json that leads nowhere stops everything before anything is written", () => {
  const directory = createTemporaryDirectory({ ".keep": "" });
  symlinkSync("nowhere.json", directory.at("package.json"));
  const { code, stderr } = runCommand(["init"], { cwd: directory.path });
  expect([code, stderr]).toEqual([1, expect.stringContaining("package.json")]);
  expect(existsSync(directory.at("rpcgen.config.ts"))).toBe(false);
});

test("a package.json that cannot be read stops everything before anything is written", () => {
  const directory = createTemporaryDirectory({ "package.json": "{ nonsense" });
  const { code, stderr } = runCommand(["init"], { cwd: directory.path });
  expect(code).toBe(2);
  expect(stderr).toContain("package.json is not a JSON object");
  expect(existsSync(join(directory.path, "rpcgen.config.ts"))).toBe(false);
});

test("a project without sources becomes one of modules, with scripts and packages for the example", () => {
  const manifest =
    '{ "name": "new", "type": "commonjs", "main": "index.js", "devDependencies": { "typescript": "6.0.3" } }';
  const directory = createTemporaryDirectory({ "package.json": manifest, "README.md": "", ".git/HEAD": "" });
  const { stderr } = runCommand(["init"], { cwd: directory.path });
  expect(JSON.parse(directory.read("package.json"))).toEqual({
    name: "new",
    type: "module",
    main: "index.js",
    scripts: {
      prebuild: "rpcgen compile",
      build: "tsc",
      start: "node dist/src/server.js",
      client: "node dist/src/client.js",
    },
    dependencies: { "@rpcgen/runtime": "^0.1.0" },
    devDependencies: { "@types/node": "^24.0.0", rpcgen: "^0.1.0", typescript: "6.0.3" },
  });
  expect(stderr).toContain('added    "type": "module" to package.json');
  expect(stderr).toMatch(/next: npm install\n +npm run build +# .+\n +npm start +# .+\n +npm run client +# .+\n$/);
  expect(runCommand(["init"], { cwd: directory.path }).stderr).toMatch(/next: npm run build/);
  expect(directory.list()).toContain("tsconfig.json");
});

test.each(['{ "scripts": [] }', '{ "scripts": 7 }', "[]", "null"])("%s is no package.json", (manifest) => {
  const directory = createTemporaryDirectory({ "package.json": manifest });
  expect(runCommand(["init"], { cwd: directory.path })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("package.json is not a JSON object"),
  });
  expect(directory.list()).toEqual(["package.json"]);
});

test.each([
  ['{ "type": "commonjs" }', true],
  ["{}", true],
  ['{ "type": "module" }', false],
])("the next steps of a package %s with sources name the kind of modules: %s", (manifest, isNamed) => {
  const { path } = createTemporaryDirectory({ "package.json": manifest, "index.js": "" });
  const { stderr } = runCommand(["init"], { cwd: path });
  expect(stderr.includes("npm pkg set type=module")).toBe(isNamed);
  expect(stderr).toContain("npx rpcgen compile ");
});
