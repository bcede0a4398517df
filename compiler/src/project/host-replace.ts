/** Replaces the text of a file that is there: in one step, with its permissions, or not at all. */

import { randomBytes } from "node:crypto";
import { accessSync, chmodSync, constants, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { DiskError } from "./host-output.js";

/** Puts `text` where the file at a path without symbolic links is. Fails with a `DiskError`, and then the file is as it was. */
export function replaceFile(path: string, text: string): void {
  const slash = path.lastIndexOf("/");
  const beside = `${path.slice(0, slash + 1)}.${path.slice(slash + 1, slash + 60)}.${randomBytes(6).toString("hex")}`;
  let isBegun = false;
  try {
    // A file that may not be written could still be replaced, which is not what its owner meant.
    accessSync(path, constants.W_OK);
    const { mode } = statSync(path);
    isBegun = true;
    writeFileSync(beside, text, { flag: "wx" });
    chmodSync(beside, mode & 0o7777);
    renameSync(beside, path);
  } catch (error) {
    if (isBegun) rmSync(beside, { force: true });
    const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
    if (code === undefined) throw error;
    throw new DiskError(code, path);
  }
}
