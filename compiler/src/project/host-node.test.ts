/** The host on a real disk: odd files are named and never waited for. */

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { createTemporaryDirectory } from "../../test/support/temporary-directory.js";
import { createNodeHost } from "./host-node.js";

test("a file is read as its bytes, and its real path has no links", () => {
  const directory = createTemporaryDirectory({ "real/a.rpc": "é" });
  symlinkSync(directory.at("real"), directory.at("link"));
  const host = createNodeHost(directory.path);
  expect(host.find(host.absolute("link/a.rpc"))).toEqual({ kind: "file", realPath: directory.at("real/a.rpc") });
  expect(host.read(directory.at("link/a.rpc"), 100)).toEqual({ kind: "bytes", bytes: new Uint8Array([0xc3, 0xa9]) });
});

test("what is not a regular file is not read: a directory, a FIFO, a device", () => {
  const directory = createTemporaryDirectory({ "folder/a.rpc": "" });
  execFileSync("mkfifo", [directory.at("pipe")]);
  const host = createNodeHost(directory.path);
  expect(host.find(directory.at("folder"))?.kind).toBe("directory");
  expect(host.find(directory.at("pipe"))?.kind).toBe("other");
  expect(host.find("/dev/zero")?.kind).toBe("other");
  for (const path of [directory.at("folder"), directory.at("pipe"), "/dev/zero"]) {
    expect(host.read(path, 100)).toEqual({ kind: "notAFile" });
  }
});

test("a file over the limit is refused by its size, before it is read", () => {
  const directory = createTemporaryDirectory({ "big.rpc": "x".repeat(101) });
  const host = createNodeHost(directory.path);
  expect(host.read(directory.at("big.rpc"), 100)).toEqual({ kind: "tooLarge", sizeBytes: 101 });
  expect(host.read(directory.at("big.rpc"), 101).kind).toBe("bytes");
});

test("a file whose size says 0 is read to its end", () => {
  const content = createNodeHost().read("/proc/self/status", 1_000_000);
  expect(content.kind === "bytes" && content.bytes.length > 0).toBe(true);
});

test("links in a circle and missing files are answers, not exceptions", () => {
  const directory = createTemporaryDirectory();
  symlinkSync(directory.at("b"), directory.at("a"));
  symlinkSync(directory.at("a"), directory.at("b"));
  const host = createNodeHost(directory.path);
  expect(host.find(directory.at("a"))?.kind).toBe("unreadable");
  expect(host.read(directory.at("a"), 100)).toEqual({ kind: "unreadable", reason: expect.stringContaining("circle") });
  expect(host.find(directory.at("none"))).toBeUndefined();
  expect(host.read(directory.at("none"), 100)).toEqual({ kind: "missing" });
  expect(host.find("/a\0b")).toBeUndefined();
});

// The superuser may read everything, so there is nothing to see.
test.skipIf(process.getuid?.() === 0)("a file that may not be read says so", () => {
  const directory = createTemporaryDirectory({ "a.rpc": "message A {}" });
  chmodSync(directory.at("a.rpc"), 0);
  expect(createNodeHost().read(directory.at("a.rpc"), 100)).toEqual({
    kind: "unreadable",
    reason: "permission denied",
  });
});

test("a directory is listed in order, folders with a slash", () => {
  const directory = createTemporaryDirectory({ "b.rpc": "", "a.rpc": "", "c/d.rpc": "" });
  mkdirSync(directory.at("Z"));
  expect(createNodeHost().list(directory.path)).toEqual(["Z/", "a.rpc", "b.rpc", "c/"]);
  expect(createNodeHost().list(directory.at("nowhere"))).toEqual([]);
});

test("the standard library is found", () => {
  const host = createNodeHost();
  expect(host.list(`${host.standardLibrary}/google/protobuf`)).toContain("timestamp.rpc");
});
