/** A registry in a file follows whatever happens to the file, and keeps its list through all of it. */

import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { fileResolver } from "../src/registry/file.js";
import type { Resolver } from "../src/registry/registry.js";
import { eventually, Heard } from "./kit/registry-stage.js";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function opened<R extends Resolver>(resolver: R): R {
  closing.unshift(() => resolver.close());
  return resolver;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "registry-"));
  closing.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

const list = (...addresses: readonly string[]): string => JSON.stringify(addresses);

function watchFile(path: string, service: string = ""): Heard {
  const heard = new Heard();
  opened(fileResolver({ path, checkMs: 3_600_000, guard: { debounceMs: 5 } })).watch(service, heard);
  return heard;
}

/** As careful writers do. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

test("pushes when it is replaced, and when it is written in place", async () => {
  const path = join(await folder(), "endpoints.json");
  await writeFile(path, list("rpc://a:1"));
  const heard = watchFile(path);
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1"]));
  await replace(path, list("rpc://a:1", "rpc://b:2"));
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1", "rpc://b:2"]));
  await writeFile(path, list("rpc://c:3"));
  await eventually(() => expect(heard.addresses).toEqual(["rpc://c:3"]));
  await replace(path, list("unix:/run/orders.sock"));
  await eventually(() => expect(heard.addresses).toEqual(["unix:/run/orders.sock"]));
  expect(heard.lists.every((endpoints) => endpoints.length > 0)).toBe(true);
});

test("follows symbolic links that are swapped, as mounted volumes do it", async () => {
  const root = await folder();
  for (const [name, address] of [
    ["v1", "rpc://a:1"],
    ["v2", "rpc://b:2"],
  ] as const) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, "endpoints.json"), list(address));
  }
  await symlink("v1", join(root, "current"));
  await symlink(join("current", "endpoints.json"), join(root, "endpoints.json"));
  const heard = watchFile(join(root, "endpoints.json"));
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1"]));
  await symlink("v2", join(root, "next"));
  await rename(join(root, "next"), join(root, "current"));
  await eventually(() => expect(heard.addresses).toEqual(["rpc://b:2"]));
  await writeFile(join(root, "v2", "endpoints.json"), list("rpc://c:3"));
  await eventually(() => expect(heard.addresses).toEqual(["rpc://c:3"]));
});

test("keeps the list while the file is half-written, garbage, empty or gone", async () => {
  const path = join(await folder(), "endpoints.json");
  await writeFile(path, list("rpc://a:1", "rpc://b:2"));
  const heard = watchFile(path);
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1", "rpc://b:2"]));
  const broken = [list("rpc://a:1").slice(0, -3), '{"servers":[]}', "", "17", '["rpc://x;y:1", {"address": 5}]'];
  for (const [index, text] of broken.entries()) {
    await writeFile(path, text);
    await eventually(() => expect(heard.failures.length).toBeGreaterThan(index));
    // One failure each, so that the next one is told from it.
    heard.failures.length = index + 1;
  }
  await unlink(path);
  await eventually(() => expect(heard.failures.at(-1)?.message).toContain("there is no such file"));
  expect(heard.lists).toHaveLength(1);
  await writeFile(path, list("rpc://c:3"));
  await eventually(() => expect(heard.addresses).toEqual(["rpc://c:3"]));
});

test("an empty list does not empty a list that works", async () => {
  const path = join(await folder(), "endpoints.json");
  await writeFile(path, list("rpc://a:1", "rpc://b:2", "rpc://c:3"));
  const heard = watchFile(path);
  await eventually(() => expect(heard.last).toHaveLength(3));
  await replace(path, "[]");
  await replace(path, list("rpc://c:3"));
  await eventually(() => expect(heard.addresses).toEqual(["rpc://c:3"]));
  expect(heard.lists.every((endpoints) => endpoints.length > 0)).toBe(true);
});

test("knows several services, and wants to hear which", async () => {
  const path = join(await folder(), "endpoints.json");
  const services = { "a.A": ["rpc://a:1"], "b.B": [{ address: "rpc://b:2", weight: 2 }] };
  await writeFile(path, JSON.stringify({ services }));
  const [first, second, none, third] = ["a.A", "b.B", "", "c.C"].map((service) => watchFile(path, service));
  await eventually(() => expect(first?.addresses).toEqual(["rpc://a:1"]));
  await eventually(() => expect(second?.last?.[0]?.weight).toBe(2));
  await eventually(() => expect(none?.failures[0]?.message).toContain(`say which one, as in file:${path}#a.A`));
  await eventually(() => expect(third?.addresses).toEqual([]));
});

test("may come later than its reader", async () => {
  const path = join(await folder(), "deep", "endpoints.json");
  const heard = new Heard();
  opened(fileResolver({ path, checkMs: 20, guard: { debounceMs: 5 } })).watch("", heard);
  await eventually(() => expect(heard.failures[0]).toMatchObject({ code: "unavailable" }));
  await mkdir(join(path, ".."));
  await writeFile(path, list("rpc://a:1"));
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1"]));
});
