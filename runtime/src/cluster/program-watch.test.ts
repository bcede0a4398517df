/** When a program counts as changed: time in the test's hand, files on the real disk. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { failureOf } from "../../test/kit/harness.js";
import { VirtualClock } from "../testing/virtual-clock.js";
import { pictureOf } from "./program-files.js";
import { lookEveryMs, ProgramWatch } from "./program-watch.js";
import { runWorkers } from "./run-workers.js";

async function watching(): Promise<{ clock: VirtualClock; change: (to: string) => void; restarts: string[] }> {
  const clock = new VirtualClock();
  const restarts: string[] = [];
  let picture = "first";
  const watch = new ProgramWatch({
    look: () => Promise.resolve(picture),
    restart: () => void restarts.push(picture),
    clock,
  });
  await watch.start();
  onTestFinished(async () => {
    watch.stop();
    await clock.advance(lookEveryMs);
    expect(clock.timers).toBe(0);
  });
  return { clock, change: (to) => (picture = to), restarts };
}

it("restarts once for a change, when the files hold still", async () => {
  const { clock, change, restarts } = await watching();
  await clock.advance(10 * lookEveryMs);
  expect(restarts).toEqual([]);
  for (const half of ["a", "b", "c"]) {
    change(half);
    await clock.advance(lookEveryMs);
    expect(restarts).toEqual([]);
  }
  await clock.advance(10 * lookEveryMs);
  expect(restarts).toEqual(["c"]);
  change("d");
  await clock.advance(2 * lookEveryMs);
  expect(restarts).toEqual(["c", "d"]);
});

it("does nothing where a change is taken back before it was acted upon", async () => {
  const { clock, change, restarts } = await watching();
  change("other");
  await clock.advance(lookEveryMs);
  change("first");
  await clock.advance(10 * lookEveryMs);
  expect(restarts).toEqual([]);
});

it("sees what Node loads, and nothing else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rpcgen-program-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const places = [folder, join(folder, "dist/absent.txt"), join(folder, "not/there")];
  let before = await pictureOf(places);
  const differs = async (): Promise<boolean> => {
    const last = before;
    before = await pictureOf(places);
    return before !== last;
  };
  for (const name of ["dist/main.js", "dist/deep/er/handler.mjs", "settings.json", "dist/absent.txt"]) {
    write(name, "1");
    expect([name, await differs()]).toEqual([name, true]);
  }
  for (const name of ["a.d.ts", "a.js.map", "x.tsbuildinfo", "note.txt", "node_modules/a/index.js", ".cache/b.js"]) {
    write(name, "1");
    expect([name, await differs()]).toEqual([name, false]);
  }
  symlinkSync(folder, join(folder, "round"));
  expect(await differs()).toBe(false);
  utimesSync(join(folder, "dist/main.js"), 1, 1);
  expect(await differs()).toBe(true);
  rmSync(join(folder, "dist"), { recursive: true });
  expect(await differs()).toBe(true);
});

it.each(["file://elsewhere/x?", new URL("https://example.com/"), ""])("refuses to watch %s", async (place) => {
  expect(await failureOf(runWorkers(() => Promise.reject(new Error("not called")), { watch: [place] }))).toMatchObject({
    code: "invalid-argument",
    message: expect.stringContaining("watch names files and folders"),
  });
});

it("says that it wants a list where it is given one folder", async () => {
  const watch = "dist" as unknown as readonly string[];
  expect(await failureOf(runWorkers(() => Promise.reject(new Error("not called")), { watch }))).toMatchObject({
    code: "invalid-argument",
    message: "watch is a list of files and folders",
  });
});
