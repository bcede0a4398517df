/** What a plug-in keeps between builds: the project itself, out of the bundle, on a real disk. */

import { expect, test, vi } from "vitest";
import { createTemporaryDirectory } from "../../compiler/test/support/temporary-directory.js";
import type { RpcgenOptions } from "./options.js";
import { Session } from "./session.js";

vi.setConfig({ testTimeout: 60_000 });

const files = {
  "idl/orders.rpc": 'package shop.v1\nimport "money.rpc"\nimport "unused.rpc"\nmessage Order { 1 price: Money }\n',
  "idl/money.rpc": "package shop.v1\nmessage Money { 1 units: int64 }\n",
  "idl/unused.rpc": "package unused.v1\nmessage Unused {}\n",
  "rpcgen.config.json": '{ "root": "idl" }',
};

function begin(more: Readonly<Record<string, string>> = {}, options: RpcgenOptions = {}) {
  const directory = createTemporaryDirectory({ ...files, ...more });
  const session = new Session(options);
  session.standIn(directory.path);
  const load = (path: string, role: string = "") => session.load({ path: directory.at(path), role });
  return { directory, session, load };
}

test("a warning is told once, and again after a change; a mistake is told to everybody who is stopped by it", async () => {
  const { directory, session, load } = begin({}, { types: false });
  const told = async () => (await load("idl/orders.rpc")).warnings.map(({ code }) => code);
  expect(await told()).toEqual(["import-unused"]);
  expect(await told()).toEqual([]);
  session.changed([directory.at("idl/money.rpc")]);
  expect(await told()).toEqual(["import-unused"]);
  directory.write({ "idl/money.rpc": "package shop.v1\nmessage Money { 1 units: in64 }\n" });
  session.changed([directory.at("idl/money.rpc")]);
  for (const path of ["idl/orders.rpc", "idl/money.rpc"]) {
    const { code, errors, watchFiles } = await load(path);
    expect([code, errors.map((error) => error.code)]).toEqual([undefined, ["unknown-type"]]);
    expect(watchFiles).toContain(directory.at("rpcgen.config.json"));
  }
  expect(session.unsaid((await load("idl/money.rpc")).errors)).toHaveLength(1);
  expect(session.unsaid((await load("idl/orders.rpc")).errors)).toHaveLength(0);
  expect(directory.list().filter((path) => path.includes(".d.rpc.ts"))).toEqual([]);
});

test("declarations are written for the project and for what is imported, kept up, and go with their files", async () => {
  const { directory, session, load } = begin({
    "src/own.rpc": "package own.v1\nmessage Own {}\n",
    "idl/mine.d.rpc.ts": "export {};\n",
  });
  await session.begin();
  await load("src/own.rpc");
  await session.end();
  const written = () => directory.list().filter((path) => path.endsWith(".d.rpc.ts"));
  const all = [
    "idl/mine.d.rpc.ts",
    "idl/money.d.rpc.ts",
    "idl/orders.d.rpc.ts",
    "idl/unused.d.rpc.ts",
    "src/own.d.rpc.ts",
  ];
  expect(written()).toEqual(all);
  directory.write({
    "src/own.rpc": "package own.v1\nmessage Other {}\n",
    "idl/mine.rpc": "package mine.v1\nmessage Mine {}\n",
  });
  session.changed([directory.at("src/own.rpc"), directory.at("idl/mine.rpc")]);
  await session.end();
  expect(directory.read("src/own.d.rpc.ts")).toContain("export interface Other ");
  // One that is somebody else's stays, and that is a warning.
  expect(directory.read("idl/mine.d.rpc.ts")).toBe("export {};\n");
  const { code, warnings } = await load("idl/mine.rpc");
  expect(code).toContain("?rpcgen=types");
  expect(warnings.map((warning) => [warning.severity, warning.code])).toContainEqual([
    "warning",
    "output-not-generated",
  ]);
});

test("a configuration that is wrong is told where a file is imported, and counts as soon as it is mended", async () => {
  const { directory, session, load } = begin({ "rpcgen.config.json": '{ "rot": "idl" }' });
  const wrong = await load("idl/money.rpc");
  expect([wrong.code, wrong.errors.map(({ code }) => code)]).toEqual([undefined, ["config-invalid"]]);
  expect(wrong.errors[0]?.message).toContain("did you mean `root`?");
  directory.write({ "rpcgen.config.json": '{ "root": "idl" }' });
  session.changed([directory.at("rpcgen.config.json")]);
  expect((await load("idl/money.rpc")).errors).toEqual([]);
  await session.end();
});

test("a file is known by one path, and a project that is not there is an error", async () => {
  const { directory, session } = begin({}, { types: false });
  expect(await session.locate(`${directory.path}/idl/../idl/money.rpc`)).toBe(directory.at("idl/money.rpc"));
  expect(await session.locate(directory.at("idl/nothing.rpc"))).toBeUndefined();
  expect(await session.locate(directory.at("idl"))).toBeUndefined();
  directory.write({ "idl/nothing.rpc": "" });
  expect(await session.locate(directory.at("idl/nothing.rpc"))).toBe(directory.at("idl/nothing.rpc"));
  const nowhere = new Session({ directory: directory.at("nowhere") });
  const load = () => nowhere.load({ path: directory.at("idl/money.rpc"), role: "" });
  await expect(nowhere.begin()).rejects.toThrow("there is no directory");
  await expect(load()).rejects.toThrow("there is no directory");
  nowhere.changed([directory.at("idl/money.rpc")]);
  await expect(load()).rejects.toThrow("there is no directory");
  await nowhere.end();
  // It counts as soon as it is there, in the process that runs already.
  directory.write({ "nowhere/rpcgen.config.json": '{ "root": "../idl" }' });
  await nowhere.begin();
  expect((await load()).code).toContain("?rpcgen=types");
  await nowhere.end();
});
