/** The twenty lines of the README: they pass the linter, compile as it says, have no type errors, and do what it says. */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import { runCommand } from "./run-command.js";

vi.setConfig({ testTimeout: 60_000 });

const root = fileURLToPath(new URL("../../..", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");

/** The first block of code behind a sentence. */
function blockAfter(sentence: string): string {
  const start = readme.indexOf(`\n${sentence}\n`);
  if (start < 0) throw new Error(`the README does not say ${sentence}`);
  return /\n```\w*\n([^]*?)\n```\n/.exec(readme.slice(start))?.[1] ?? "";
}

const settings = {
  compilerOptions: {
    ...{ target: "es2022", lib: ["es2022", "esnext.disposable"], module: "nodenext", types: ["node"], strict: true },
    ...{
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      rootDir: ".",
      outDir: "dist",
      skipLibCheck: true,
    },
  },
  include: ["*.ts", "gen"],
};

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const place = probe.address();
  probe.close();
  return typeof place === "object" && place !== null ? String(place.port) : "";
}

test("the twenty lines are what the README says of them", async () => {
  const port = await freePort();
  const { path: cwd, at } = createTemporaryDirectory({
    "package.json": '{ "type": "module" }',
    "tsconfig.json": JSON.stringify(settings),
    "rpc/orders.rpc": `${blockAfter("`rpc/orders.rpc`:")}\n`,
    "server.ts": blockAfter("The server:").replace("7000", port),
    "client.ts": blockAfter("The client:").replace("7000", port),
  });
  symlinkSync(`${root}node_modules`, at("node_modules"));

  expect(runCommand(["lint", "--max-warnings", "0"], { cwd })).toMatchObject({ code: 0 });
  expect(runCommand(["fmt", "--check"], { cwd })).toMatchObject({ code: 0 });
  const compiled = runCommand(["compile", "rpc/orders.rpc", "--out", "gen"], { cwd });
  const promised = /\$ npx rpcgen compile rpc.*\n([^]*?) in /.exec(readme)?.[1];
  expect(compiled.stderr.replace(/ in \d+ ms/, "").trimEnd()).toBe(promised);
  const types = spawnSync(process.execPath, [`${root}scripts/tsc.mjs`, "-p", cwd], { cwd, encoding: "utf8" });
  expect(types.stdout).toBe("");

  const run = (file: string): ReturnType<typeof spawn> => {
    const child = spawn(process.execPath, [`dist/${file}.js`], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  };
  const alone = run("client");
  let said = "";
  alone.stderr?.on("data", (chunk) => (said += String(chunk)));
  await once(alone, "close");
  expect(said).toContain("nothing listens there");

  run("server");
  await expect.poll(() => clientSays(cwd), { timeout: 30_000 }).toBe("only 2 left\n");
});

function clientSays(cwd: string): string {
  return spawnSync(process.execPath, ["dist/client.js"], { cwd, encoding: "utf8" }).stdout;
}
