/** Changes that come close together are told together. */

import { utimesSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { createTemporaryDirectory } from "../../test/support/temporary-directory.js";
import { Gathering } from "./host-watch.js";
import type { DiskChange } from "./host-watch.js";

function gather(): { readonly gathering: Gathering; readonly told: readonly DiskChange[] } {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const told: DiskChange[] = [];
  return { gathering: new Gathering((change) => void told.push(change)), told };
}

/** A file that was written long ago. */
function oldFile(name: string): string {
  const path = createTemporaryDirectory({ [name]: "" }).at(name);
  utimesSync(path, 1, 1);
  return path;
}

test("five hundred saves, each soon after the last, are told once, when the file has been quiet", () => {
  const { gathering, told } = gather();
  const path = oldFile("a.rpc");
  for (let save = 0; save < 500; save++) {
    gathering.add(path);
    vi.advanceTimersByTime(3);
  }
  expect(told).toEqual([]);
  vi.advanceTimersByTime(50);
  expect(told).toEqual([{ paths: new Set([path]), isAnywhere: false }]);
  vi.advanceTimersByTime(10_000);
  expect(told).toHaveLength(1);
});

test("changes that never end are told every two seconds", () => {
  const { gathering, told } = gather();
  const path = oldFile("a.rpc");
  for (let save = 0; save < 500; save++) {
    gathering.add(path);
    vi.advanceTimersByTime(10);
  }
  expect(told).toHaveLength(2);
});

test("a file that was written just now is waited for, however late the system tells of it", () => {
  const { gathering, told } = gather();
  const path = createTemporaryDirectory().at("a.rpc");
  gathering.add(oldFile("b.rpc"));
  vi.advanceTimersByTime(49);
  writeFileSync(path, "half of");
  utimesSync(path, Date.now() / 1_000, Date.now() / 1_000);
  gathering.add(path);
  utimesSync(path, Date.now() / 1_000 + 0.04, Date.now() / 1_000 + 0.04);
  vi.advanceTimersByTime(51);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(50);
  expect(told).toHaveLength(1);
});

test("a file that is gone may come back in a moment, and is told of once", () => {
  const { gathering, told } = gather();
  const directory = createTemporaryDirectory();
  gathering.add(directory.at("a.rpc"));
  vi.advanceTimersByTime(80);
  expect(told).toEqual([]);
  writeFileSync(directory.at("a.rpc"), "");
  utimesSync(directory.at("a.rpc"), 1, 1);
  gathering.add(directory.at("a.rpc"));
  vi.advanceTimersByTime(60);
  expect(told).toHaveLength(1);
});
