/** A door to the disk: reads the files that settings of TLS name. */

import { readFile } from "node:fs/promises";
import { RpcError } from "../error/rpc-error.js";

// Bundles of all the world's authorities have a fifth of that.
const fileBytesMax = 1024 * 1024;

/** The text of a file; an `invalid-argument` RpcError names the file and why it cannot be read. */
export async function readPemFile(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "not permitted" : "it failed";
    throw new RpcError("invalid-argument", `cannot read ${path}: ${why} (${code ?? "unknown"})`, { cause: error });
  }
  if (bytes.length > fileBytesMax) throw new RpcError("invalid-argument", `${path} is too long for a file of PEM`);
  return Buffer.from(bytes).toString("latin1");
}
