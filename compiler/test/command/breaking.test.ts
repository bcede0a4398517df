/** `rpcgen breaking` and `rpcgen schema` as their users run them: against git, files and snapshots. */

import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import type { TemporaryDirectory } from "../support/temporary-directory.js";
import { forbidPackages, runCommand, startCommand } from "./run-command.js";

const before = `package shop.v1
message Order { 1 id: string, 2 cents: int64 }
service Orders { get(id: string): Order, refund(id: string): Order }
`;
const after = before.replace("2 cents: int64", "2 cents: string").replace(", refund(id: string): Order", "");

function git(directory: TemporaryDirectory, ...args: readonly string[]): void {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
  const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: directory.path, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

function committed(files: Readonly<Record<string, string>>): TemporaryDirectory {
  const directory = createTemporaryDirectory(files);
  git(directory, "init", "-q", "-b", "main", ".");
  git(directory, "add", "-A");
  git(directory, "commit", "-q", "-m", "one");
  return directory;
}

test("against a commit: what breaks, where it was, exit code 3; and 0 where nothing changed", () => {
  const directory = committed({ "rpc/orders.rpc": before });
  const run = (...args: readonly string[]): ReturnType<typeof runCommand> =>
    runCommand(["breaking", "--against", "git:main", ...args], {
      cwd: directory.path,
      preload: forbidPackages("ts-morph"),
    });
  expect(run()).toMatchObject({ code: 0, stdout: "", stderr: "nothing breaks against main\n" });
  directory.write({ "rpc/orders.rpc": after });
  const { code, stderr } = run();
  expect(code).toBe(3);
  expect(stderr).toContain("wire   field-type-changed  `Order.cents` is `string`, was `int64`\n");
  expect(stderr).toContain("rpc/orders.rpc:2:40, was at main:rpc/orders.rpc:2:40\n");
  expect(stderr).toContain("wire   method-removed  `Orders.refund` is gone\n");
  expect(stderr).toMatch(/2 breaking changes against main \(2 wire\)\n$/);
  const answer = JSON.parse(run("--json").stdout) as { exitCode: number; findings: unknown[]; diagnostics: unknown[] };
  expect(answer).toMatchObject({ exitCode: 3, against: "main" });
  expect(answer.findings).toHaveLength(2);
  expect(answer.diagnostics).toHaveLength(2);
  expect(answer.findings[0]).toMatchObject({
    rule: "field-type-changed",
    levels: ["wire", "json", "source"],
    subject: "shop.v1.Order.cents",
    breaks: ["oldClientNewServer", "newClientOldServer", "storedData"],
    was: { file: "main:rpc/orders.rpc", line: 2, column: 40 },
  });
});

test("files that were elsewhere are found where one says, and new ones are no break", () => {
  const directory = committed({ "idl/orders.rpc": before });
  git(directory, "mv", "idl", "rpc");
  const run = (...args: readonly string[]): ReturnType<typeof runCommand> =>
    runCommand(["breaking", ...args], { cwd: directory.path });
  const lost = run("--against", "git:HEAD");
  expect(lost.code).toBe(2);
  expect(lost.stderr).toContain("in HEAD, there is no directory rpc");
  expect(lost.stderr).toContain("--against git:HEAD:<dir>");
  expect(run("--against", "git:HEAD:idl").code).toBe(0);
  expect(run("rpc/orders.rpc", "--against", "git:HEAD").stderr).toContain(
    "HEAD has none of these files: rpc/orders.rpc",
  );
  git(directory, "commit", "-q", "-a", "-m", "two");
  directory.write({ "rpc/more.rpc": "package shop.v1\nmessage More { 1 id: string }\n" });
  const more = run("rpc/orders.rpc", "rpc/more.rpc", "--against", "git:HEAD");
  expect(more.code).toBe(0);
  expect(more.stderr).toContain("rpc/more.rpc is not in HEAD, and is taken for new");
});

test("what cannot be compared is said in a sentence, with exit code 2", async () => {
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [["--against", "git:nowhere"], "git knows no commit nowhere"],
    [["--against", "git:--output=x"], "is no name of a commit"],
    [["--against", "git:main:idl"], "main has no .rpc files in idl"],
    [["--against", "old"], "there is nothing at old to compare with"],
    [[], "nothing to compare with"],
    [["--against", "git:"], "It is empty"],
    [["--against", "git:main", "--level", "api"], "one of wire, json, source"],
  ];
  const { path } = committed({ "rpc/orders.rpc": before });
  const ended = await Promise.all(wrong.map(([args]) => startCommand(["breaking", ...args], { cwd: path })));
  for (const [index, [, text]] of wrong.entries()) {
    expect(ended[index]?.stderr).toContain(text);
    expect(ended[index]?.code).toBe(2);
  }
});

test("without git, and outside of a repository, one is told so", () => {
  const directory = createTemporaryDirectory({ "rpc/orders.rpc": before });
  const args = ["breaking", "--against", "git:main"];
  expect(runCommand(args, { cwd: directory.path }).stderr).toContain("is in no git repository");
  const withoutGit = runCommand(args, { cwd: directory.path, env: { PATH: directory.path } });
  expect(withoutGit).toMatchObject({ code: 2 });
  expect(withoutGit.stderr).toContain("git is not installed");
});

test("mistakes on either side are shown as such, with exit code 1", () => {
  const directory = committed({ "rpc/orders.rpc": before.replace("int64", "Nowhere") });
  directory.write({ "rpc/orders.rpc": before });
  const { code, stderr } = runCommand(["breaking", "--against", "git:main"], { cwd: directory.path });
  expect(code).toBe(1);
  expect(stderr).toContain("--> main:rpc/orders.rpc:2:40");
});

test("a schema in JSON is a version to compare with; a hostile one is refused", () => {
  const directory = createTemporaryDirectory({ "rpc/orders.rpc": before, "notes.json": "{}" });
  const run = (...args: readonly string[]): ReturnType<typeof runCommand> => runCommand(args, { cwd: directory.path });
  expect(run("schema", "--out", "schema.json")).toMatchObject({ code: 0, stderr: "  schema.json\n" });
  expect(run("schema").stdout).toBe(directory.read("schema.json"));
  expect(run("schema", "--out", "schema.json").code).toBe(0);
  expect(run("schema", "--out", "notes.json")).toMatchObject({ code: 2 });
  directory.write({ "rpc/orders.rpc": after });
  const { code, stderr } = run("breaking", "--against", "schema.json", "--level", "wire");
  expect(code).toBe(3);
  expect(stderr).toContain("was at orders.rpc:2:");

  directory.write({
    "hostile.json": directory.read("schema.json").replace('"version": 1', '"version": 1, "__proto__": {}'),
  });
  const refused = run("breaking", "--against", "hostile.json");
  expect(refused.stderr).toContain("hostile.json is no schema at __proto__: is not a key of this format");
  expect(refused.code).toBe(2);
});

test("breaks that the configuration accepts do not count, and idle acceptances are pointed out", () => {
  const accept = [
    { rule: "field-type-changed", at: "shop.v1.Order.*", reason: "nobody has stored any" },
    { rule: "method-removed", at: "shop.v1.Orders.refund", reason: "never called" },
    { rule: "field-removed", at: "shop.v1.Order.id", reason: "planned" },
  ];
  const directory = createTemporaryDirectory({
    "rpc/orders.rpc": after,
    "old/orders.rpc": before,
    "rpcgen.config.json": JSON.stringify({ breaking: { against: "old", accept } }),
  });
  const { code, stderr } = runCommand(["breaking"], { cwd: directory.path });
  expect(stderr).toContain("accepts field-removed at shop.v1.Order.id, which does not happen");
  expect(stderr).toMatch(/nothing breaks against old, 2 accepted\n$/);
  expect(code).toBe(0);
  directory.write({
    "rpcgen.config.json": JSON.stringify({
      breaking: { against: "old", accept: [{ ...accept[0], rule: "field-removd" }] },
    }),
  });
  expect(runCommand(["breaking"], { cwd: directory.path }).stderr).toContain("did you mean");
});

const use = `import type { OrdersClient } from "../gen/orders.client.js";
import type { OrdersHandler } from "../gen/orders.server.js";
import type { Order } from "../gen/orders.types.js";

export async function refund(orders: OrdersClient): Promise<Order> {
  return await orders.refund("a");
}
export const handler: OrdersHandler = {
  get: (id) => ({ id, cents: 3n }),
  refund: (id) => ({ id, how: { kind: "cash", value: "x" } }),
};
export function paid(order: Order): bigint {
  return order.how?.kind === "cash" && order.status === "PAID" ? 0n : order.cents;
}
`;

test("the lines of the own project that a break touches are shown", () => {
  const old = `package shop.v1
enum Status { NEW = 0, PAID = 1 }
message Order { 1 id: string, 2 cents: int64, 3 status: Status, how?: union { 4 cash: string } }
service Orders { get(id: string): Order, refund(id: string): Order }
`;
  const directory = createTemporaryDirectory({
    "rpc/orders.rpc": old,
    "src/use.ts": use,
    "tsconfig.json": JSON.stringify({
      compilerOptions: { strict: true, module: "nodenext", target: "es2022", types: [] },
      include: ["src"],
    }),
    "node_modules/@rpcgen/package.json": "{}",
  });
  symlinkSync(
    fileURLToPath(new URL("../../../runtime", import.meta.url)),
    directory.at("node_modules/@rpcgen/runtime"),
  );
  expect(runCommand(["compile"], { cwd: directory.path }).code).toBe(0);
  directory.write({
    "old/orders.rpc": old,
    "rpc/orders.rpc": old
      .replace("cents: int64", "cents: string")
      .replace("PAID", "SETTLED")
      .replace("cash", "coins")
      .replace(", refund(id: string): Order", ""),
  });
  const { code, stdout } = runCommand(["breaking", "--against", "old", "--impact", "--json"], { cwd: directory.path });
  expect(code).toBe(3);
  const { findings } = JSON.parse(stdout) as {
    findings: { subject: string; uses: { line: number; text: string }[] }[];
  };
  const lines = (subject: string): readonly number[] =>
    findings.filter((finding) => finding.subject === subject).flatMap(({ uses }) => uses.map(({ line }) => line));
  expect(lines("shop.v1.Orders.refund")).toEqual([6, 10]);
  expect(lines("shop.v1.Order.cents")).toEqual([9, 13]);
  expect(lines("shop.v1.Order.cash")).toEqual([10, 13]);
  expect(lines("shop.v1.Status.PAID")).toEqual([13]);
  const told = runCommand(["breaking", "--against", "old", "--impact"], { cwd: directory.path }).stderr;
  expect(told).toContain('           src/use.ts:6:23   return await orders.refund("a");\n');
});
