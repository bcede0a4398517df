/** `rpcgen sdk` as its users run it: a whole package, the same every time, and clear words for what cannot be one. */

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runCommand } from "./run-command.js";

// Several whole packages in one test, each by a process of its own.
vi.setConfig({ testTimeout: 60_000 });

let directory: string;

const orders = `/// Buying and selling.
package shop.orders.v2
import "shop/money.rpc"
message Order { 1 id: string 2 total: shop.money.v1.Money }
@code(NOT_FOUND) error Gone { 1 id: string }
/// What a customer does.
service Orders {
  /// One order.
  @idempotent get(id: string): Order throws Gone
  @deprecated("use get") old(): void
  watch(id: string): stream Order
}
`;
const money = `package shop.money.v1
message Money { @pattern("^[A-Z]{3}$") 1 currency: string 2 units: int64 }
`;

const read = (path: string): string => readFileSync(join(directory, path), "utf8");
const write = (path: string, text: string): void => {
  mkdirSync(join(directory, posix.dirname(path)), { recursive: true });
  writeFileSync(join(directory, path), text);
};
const listing = (path: string): string[] =>
  readdirSync(join(directory, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.relative(join(directory, path), posix.join(entry.parentPath, entry.name)))
    .sort();
const sdk = (...args: readonly string[]): ReturnType<typeof runCommand> =>
  runCommand(["sdk", "--name", "@acme/orders", ...args], { cwd: directory });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "rpcgen-sdk-"));
  write("rpc/shop/orders.rpc", orders);
  write("rpc/shop/money.rpc", money);
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("a package has everything that npm needs, and nothing else", () => {
  const ended = sdk();
  expect([ended.code, ended.stdout]).toEqual([0, ""]);
  const roles = (stem: string, names: string): string[] =>
    names.split(" ").flatMap((role) => [".d.ts", ".d.ts.map", ".js"].map((end) => `dist/${stem}.${role}${end}`));
  expect(listing("sdk")).toEqual([
    ".rpcgen-manifest.json",
    "CHANGELOG.md",
    "README.md",
    "dist/index.d.ts",
    "dist/index.js",
    ...roles("shop/money", "codec rules types"),
    ...roles("shop/orders", "client codec methods rules server types"),
    "package.json",
    "rpc/shop/money.rpc",
    "rpc/shop/orders.rpc",
  ]);
  expect(JSON.parse(read("sdk/package.json"))).toMatchObject({
    name: "@acme/orders",
    version: "2.0.0",
    license: "UNLICENSED",
    type: "module",
    sideEffects: false,
    dependencies: { "@rpcgen/runtime": expect.stringMatching(/^\^\d/) as string },
  });
  expect(Object.keys((JSON.parse(read("sdk/package.json")) as { dependencies: object }).dependencies)).toHaveLength(1);
  expect(read("sdk/rpc/shop/orders.rpc")).toBe(orders);
  expect(read("sdk/dist/index.js")).toContain('export * from "./shop/orders.client.js"');
  expect(read("sdk/dist/index.js")).not.toContain("server");
  const map = JSON.parse(read("sdk/dist/shop/orders.client.d.ts.map")) as { sources: readonly string[] };
  expect(map.sources).toEqual(["../../rpc/shop/orders.rpc"]);
  expect(read("sdk/CHANGELOG.md")).toBe("# Changes\n\n## 2.0.0\nFirst version.\n");
});

test("the README has one worked call for each method", () => {
  sdk();
  const readme = read("sdk/README.md");
  for (const text of [
    "# @acme/orders",
    "npm install @acme/orders @rpcgen/runtime",
    'import { createOrdersClient, Gone } from "@acme/orders";',
    "await orders.get(",
    "if (error instanceof Gone)",
    "**Deprecated.** use get",
    "for await (const order of orders.watch(",
  ]) {
    expect(readme).toContain(text);
  }
});

test("two runs give the same bytes, wherever they are run, and the second one writes nothing", () => {
  sdk("--out", "one");
  sdk("--out", "two");
  const texts = (out: string): string[] =>
    listing(out)
      .filter((path) => !path.startsWith("."))
      .map((path) => `${path}\n${read(`${out}/${path}`)}`);
  expect(texts("one")).toEqual(texts("two"));
  expect(sdk("--out", "one").stderr).toContain("up to date");
  expect(sdk("--out", "one", "--check").code).toBe(0);
  write("rpc/shop/money.rpc", money.replace("units", "amount"));
  const stale = sdk("--out", "one", "--check");
  expect([stale.code, stale.stderr]).toEqual([3, expect.stringContaining("would write  one/rpc/shop/money.rpc")]);
});

test.each([
  ["no name", [], "the package has no name"],
  ["capital letters", ["--name", "Orders"], "it has capital letters"],
  ["no name behind the scope", ["--name", "@acme"], "no scope and name"],
  ["a path", ["--name", "../orders"], "may have lower case letters"],
  ["a space", ["--name", "my orders"], "may have lower case letters"],
  ["a module of Node", ["--name", "fs"], "the name of a module of Node itself"],
  ["too long", ["--name", "a".repeat(215)], "npm takes 214"],
  ["control characters", ["--name", "a\u001b[31m"], '"a\\u001b[31m" cannot be the name'],
  ["no version", ["--name", "orders", "--package-version", "1.0"], "is no semantic version"],
  ["a leading zero", ["--name", "orders", "--package-version", "1.02.0"], "is no semantic version"],
  ["words", ["--name", "orders", "--package-version", "latest"], "is no semantic version"],
])("what npm would refuse is refused: %s", (_what, args, text) => {
  const ended = runCommand(["sdk", ...args], { cwd: directory });
  expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(text)]);
  expect(() => listing("sdk")).toThrow();
});

test("foreign files in the way are named, and nothing is written", () => {
  write("sdk/README.md", "mine\n");
  write("sdk/notes.txt", "mine too\n");
  const ended = sdk();
  expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining("sdk/README.md")]);
  expect(listing("sdk")).toEqual(["README.md", "notes.txt"]);
  expect(sdk("--force").code).toBe(0);
  expect(read("sdk/notes.txt")).toBe("mine too\n");
});

test("an edited list of changes stays as it is, and a licence is taken along", () => {
  write("LICENSE", "Do as you like.\n");
  sdk();
  expect(read("sdk/LICENSE")).toBe("Do as you like.\n");
  write("sdk/CHANGELOG.md", "# Changes\n\nWritten by hand.\n");
  write("rpc/shop/money.rpc", money.replace("units", "amount"));
  expect(sdk().code).toBe(0);
  expect(read("sdk/CHANGELOG.md")).toBe("# Changes\n\nWritten by hand.\n");
});

test("changes since an older version are listed", () => {
  write("old/shop/orders.rpc", orders);
  write("old/shop/money.rpc", money);
  write("rpc/shop/money.rpc", money.replace("int64 }", "string 3 note: string }"));
  const ended = sdk("--against", "old", "--package-version", "3.0.0");
  expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining("sdk/README.md")]);
  const changes = read("sdk/CHANGELOG.md");
  expect(changes).toMatch(/^# Changes\n\n## 3\.0\.0\n\n### Breaking\n- .*units.*\(wire/m);
  expect(changes).toMatch(/### New\n- .*note/);
  expect(sdk("--against", "nowhere").code).toBe(2);
});

test("files whose names meet are left to their own paths, in whatever order they come", () => {
  write(
    "rpc/shop/other.rpc",
    "package shop.other.v1\nmessage Order { 1 id: string }\nmessage Lonely { 1 id: string }\n",
  );
  sdk();
  expect(read("sdk/dist/index.js")).not.toMatch(/shop\/(orders|other)/);
  expect(read("sdk/dist/index.js")).toContain("shop/money.types.js");
  expect(read("sdk/README.md")).toContain('import { createOrdersClient } from "@acme/orders/shop/orders.client";');
});

test("the configuration says the same as the command line, and templates of the project's own are used", () => {
  write(
    "rpcgen.config.json",
    JSON.stringify({
      sdk: {
        name: "@acme/configured",
        version: "1.2.3-rc.1",
        out: "packages/orders",
        license: "MIT",
        description: 'Says "hello"\u2028',
        keywords: ["rpc"],
        repository: "https://example.org/acme/orders.git",
        templates: "templates",
      },
    }),
  );
  write("templates/SECURITY.md.hbs", "Write to security@acme.example about {{{name}}} {{{version}}}.");
  const ended = runCommand(["sdk"], { cwd: directory });
  expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining("packages/orders")]);
  expect(read("packages/orders/SECURITY.md")).toBe(
    "Write to security@acme.example about @acme/configured 1.2.3-rc.1.\n",
  );
  expect(JSON.parse(read("packages/orders/package.json"))).toMatchObject({
    name: "@acme/configured",
    version: "1.2.3-rc.1",
    license: "MIT",
    description: 'Says "hello"\u2028',
    keywords: ["rpc"],
    repository: { type: "git", url: "https://example.org/acme/orders.git" },
  });
});

test.each([
  ["throws", "{{#each services}}{{nobody}}{{/each}}", "there is no `nobody` here"],
  ["reaches for prototypes", "{{services.constructor}}", "`constructor` is out of reach of templates"],
  ["calls itself without end", "{{> package.json}}", "the templates use each other without end"],
  ["is no JSON", "{ name: {{{packageJson.name}}} }", "what it makes is no JSON"],
  ["is another package", '{ "name": "evil", "version": "1.0.0" }', "another name or version"],
])("a template that %s is an error, and leaves everything as it was", (_what, template, text) => {
  write("rpcgen.config.json", JSON.stringify({ sdk: { templates: "templates" } }));
  write("templates/package.json.hbs", template);
  const ended = sdk();
  expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining(text)]);
  expect(() => listing("sdk")).toThrow();
});

test("mistakes in the files are told as always, and nothing is written", () => {
  write("rpc/shop/money.rpc", "package shop.money.v1\nmessage Money { 1 currency: sting }\n");
  const ended = sdk();
  expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining("did you mean `string`?")]);
  expect(() => listing("sdk")).toThrow();
});
