/** Replaces a file as a whole; a door to the disk. */

import { open, rename, rm } from "node:fs/promises";
import { RpcError } from "../error/rpc-error.js";

let writes = 0;

/** Whoever reads the file sees the old text or the new one, also after a crash. An `internal` RpcError says that it cannot be written. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${process.pid}-${writes++}`;
  try {
    await writeSafely(unfinished, text);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new RpcError("internal", `cannot write ${path}`, { cause: error });
  }
}

// A rename may reach the disk before the content does, and after a crash there would be an empty file.
async function writeSafely(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
