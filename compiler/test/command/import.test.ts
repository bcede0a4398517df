/** `rpcgen import` on a real disk: what it writes, what it leaves alone, and what it says. */

import { expect, test } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import { runCommand } from "./run-command.js";

const orders = `syntax = "proto3";
package shop.v1;
import "shop/money.proto";
message Order { string id = 1; Money total = 2; }
service Orders { rpc Get(Order) returns (Order); }
`;
const money = 'syntax = "proto3";\npackage shop.v1;\nmessage Money { int64 units = 1; }\n';
const files = { "protos/shop/orders.proto": orders, "protos/shop/money.proto": money };
const command = ["import", "protos/shop/orders.proto", "--import-root", "protos"];

test("imports a file with what it imports, and the result compiles", () => {
  const directory = createTemporaryDirectory(files);
  const ended = runCommand(command, { cwd: directory.path });
  expect(ended).toMatchObject({ code: 0, stdout: "" });
  expect(ended.stderr).toContain("protos/shop/orders.proto  ->  rpc/shop/orders.rpc\n");
  expect(ended.stderr).toContain("2 files, 2 written; everything has an equal");
  expect(directory.read("rpc/shop/orders.rpc")).toContain('import "shop/money.rpc"');
  expect(runCommand(["check"], { cwd: directory.path }).code).toBe(0);

  expect(runCommand([...command, "--check"], { cwd: directory.path }).code).toBe(0);
  directory.write({ "protos/shop/money.proto": money.replace("units = 1", "nanos = 2") });
  const checked = runCommand([...command, "--check"], { cwd: directory.path });
  expect(checked).toMatchObject({ code: 3 });
  expect(checked.stderr).toContain("rpc/shop/money.rpc");
});

test("leaves alone what was edited since, unless it is told to force it", () => {
  const directory = createTemporaryDirectory(files);
  expect(runCommand(command, { cwd: directory.path }).code).toBe(0);
  directory.write({ "rpc/shop/money.rpc": `${directory.read("rpc/shop/money.rpc")}// mine\n` });
  const refused = runCommand([...command, "--json"], { cwd: directory.path });
  const answer = JSON.parse(refused.stdout) as { readonly diagnostics: readonly { readonly code: string }[] };
  expect(refused.code).toBe(1);
  expect(answer.diagnostics.map(({ code }) => code)).toEqual(["output-edited"]);
  expect(directory.read("rpc/shop/money.rpc")).toContain("// mine");
  expect(runCommand([...command, "--force"], { cwd: directory.path }).code).toBe(0);
  expect(directory.read("rpc/shop/money.rpc")).not.toContain("// mine");
});

test("writes nothing for a broken file, and shows where it is broken", () => {
  const directory = createTemporaryDirectory({ "a.proto": 'syntax = "proto3";\nmessage A { string id = ; }\n' });
  const ended = runCommand(["import", "a.proto"], { cwd: directory.path });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain("a.proto:2:25");
  expect(directory.list()).toEqual(["a.proto"]);
});

test.each([
  [["import"], "missing required argument"],
  [["import", "gone.proto"], "there is no file gone.proto"],
  [["import", "a.txt"], "neither a .proto nor a .thrift file"],
  [["import", "."], "there are no .proto or .thrift files in ."],
  [["import", "a.txt", "--import-root", "gone"], "neither a .proto"],
])("%j is refused with a sentence", (args, message) => {
  const directory = createTemporaryDirectory({ "a.txt": "" });
  const ended = runCommand(args, { cwd: directory.path });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(message);
});

test("a file beyond four megabytes is refused", () => {
  const directory = createTemporaryDirectory({ "big.proto": `// ${"x".repeat(10_000_000)}\n` });
  const ended = runCommand(["import", "big.proto"], { cwd: directory.path });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain("file-too-large");
});
