/**
 * Reads configurations for a process that lives long. A configuration is a program: it runs in a process of its own each
 * time, so that a changed one is read afresh, imports and all, and one that hangs or exits harms nobody.
 */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findConfigProblem } from "./config-answer.js";
import type { ConfigLookup } from "../compiler/src/project/config-file.js";

/** Whoever takes longer waits for something that does not come. */
const configMsMax = 10_000;

/** Never throws. */
export function readConfigApart(path: string): Promise<ConfigLookup> {
  return new Promise((resolve) => {
    const invalid = (reason: string): ConfigLookup => ({ kind: "invalid", path, reason });
    const reader = fork(fileURLToPath(new URL("./config-reader.js", import.meta.url)), [path], {
      // What it prints would stand between the messages of the protocol.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      execArgv: [],
      timeout: configMsMax,
    });
    reader.once("message", (message) => {
      resolve(findConfigProblem(path, message));
      reader.kill();
    });
    reader.once("error", (error) => resolve(invalid(`it cannot be run: ${error.message}`)));
    reader.once("exit", (_code, signal) => {
      resolve(invalid(signal === null ? "it ends the process while it is loaded" : "it takes longer than ten seconds"));
    });
  });
}
