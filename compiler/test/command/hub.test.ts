/** `rpcgen hub` as users start it: what it prints, how it ends, and what it says where it cannot serve. */

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const command = fileURLToPath(new URL("../../../bin/rpcgen.cjs", import.meta.url));

test("it prints its address, serves until a signal, and ends with exit code 0", async () => {
  const hub = spawn(process.execPath, [command, "hub", "--port", "0"], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void hub.kill("SIGKILL"));
  const ended = new Promise<number | null>((resolve) => hub.once("close", resolve));
  let said = "";
  hub.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const address = await new Promise<string>((resolve) =>
    createInterface({ input: hub.stdout }).once("line", (line) => resolve(line)),
  );
  expect(address).toMatch(/^hub:\/\/127\.0\.0\.1:\d+$/);
  await expect.poll(() => said).toContain(`connect("${address}/SERVICE")`);
  expect(said).toContain("for one machine and for development");
  hub.kill("SIGTERM");
  expect(await ended).toBe(0);
});

test("what is wrong is said in words", () => {
  const folder = mkdtempSync(join(tmpdir(), "rpcgen-hub-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const run = (...args: readonly string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [command, "hub", ...args], {
      cwd: folder,
      encoding: "utf8",
    });
    return { status, stderr };
  };
  expect(run("--port", "70000")).toMatchObject({ status: 2, stderr: expect.stringContaining("from 0 to 65535") });
  expect(run("--cert", "a.pem")).toMatchObject({ status: 2, stderr: expect.stringContaining("--key go together") });
  expect(run("--port", "0", "--host", "256.0.0.1")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("cannot listen at 256.0.0.1:0"),
  });
});
