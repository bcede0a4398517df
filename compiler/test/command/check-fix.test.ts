/** `rpcgen check --fix` on a disk: what it mends, what it leaves, and how it ends. */

import { expect, test } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import { forbidPackages, runCommand } from "./run-command.js";

const money = "package money.v1\n\nmessage Money {\n  1 cents: int64\n}\n";

test("--fix carries out what is certain, leaves the rest, and tells both", () => {
  const directory = createTemporaryDirectory({
    "rpc/money.rpc": money,
    "rpc/orders.rpc": `package orders.v1
import 'lines.rpc'

message Order {
  id: string = 1
  optional string note = 2
  3 total: money.v1.Money
  4 lines: orders.v1.Lime[]
}
import "../rpc/lines.rpc"
`,
    "rpc/lines.rpc": "package orders.v1\n\nmessage Line {\n  1 sku: string\n}\n",
  });
  const { code, stdout, stderr } = runCommand(["check", "--fix", "--json"], {
    cwd: directory.path,
    preload: forbidPackages("ts-morph"),
  });
  expect(directory.read("rpc/orders.rpc")).toBe(`package orders.v1
import "lines.rpc"
import "money.rpc"

message Order {
  1 id: string
  2 note?: string
  3 total: money.v1.Money
  4 lines: orders.v1.Lime[]
}
`);
  expect([code, stderr]).toEqual([1, ""]);
  const answer: unknown = JSON.parse(stdout);
  expect(answer).toMatchObject({
    command: "check",
    exitCode: 1,
    mended: expect.arrayContaining([
      { code: "single-quotes", path: "rpc/orders.rpc", line: 2, column: 8, message: 'write "lines.rpc"' },
    ]),
    // A name that is only spelt alike is a guess, and a wrong guess compiles.
    diagnostics: [{ code: "unknown-type" }],
  });
});

test("--fix keeps a file laid out, says what it did, and changes nothing the second time", () => {
  const directory = createTemporaryDirectory({
    "rpc/money.rpc": money,
    "rpc/orders.rpc": money.replace("money", "orders").replace("\n\n", '\n\nimport "money.rpc"\n\n'),
  });
  const first = runCommand(["check", "--fix"], { cwd: directory.path });
  expect([first.code, first.stderr]).toEqual([
    0,
    "  mended  rpc/orders.rpc:3:8  import-unused: remove the import\n  2 files, no errors, 1 mended\n",
  ]);
  expect(directory.read("rpc/orders.rpc")).toBe(money.replace("money", "orders"));
  const second = runCommand(["check", "--fix"], { cwd: directory.path });
  expect([second.code, second.stderr]).toEqual([0, "  2 files, no errors, 0 mended\n"]);
});
