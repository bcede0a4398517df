/** Keeps the last good lists of servers in a folder, one file a service; a door to the disk. */

import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { RpcError } from "../error/rpc-error.js";
import type { Endpoint } from "./endpoint.js";
import { printEndpoint } from "./endpoint-json.js";
import { replaceFile } from "./replace-file.js";
import type { SnapshotStore } from "./snapshot.js";

const format = "rpcgen-endpoints/1";
const fileBytesMax = 64 * 1024 * 1024;

/** Lists of the registry named `registry`, in `folder`, which is made when the first one is written. */
export function snapshotFolder(folder: string, registry: string): SnapshotStore {
  const pathOf = (service: string): string => {
    const digest = createHash("sha256").update(`${registry}\0${service}`).digest("hex").slice(0, 16);
    return join(folder, `${service.replace(/[^\w.-]/g, "_").slice(0, 100)}.${digest}.json`);
  };
  return {
    async read(service) {
      const path = pathOf(service);
      const text = await readText(path);
      return text === undefined ? undefined : readList(text, path);
    },
    async write(service, endpoints) {
      const path = pathOf(service);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await replaceFile(path, printList(registry, service, endpoints));
    },
  };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > fileBytesMax)
      throw new RpcError("resource-exhausted", `${path} is too long for a list of servers`);
    return bytes.toString("utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw RpcError.is(error) ? error : new RpcError("internal", `cannot read ${path}`, { cause: error });
  }
}

function readList(text: string, path: string): readonly unknown[] {
  let content: { readonly format?: unknown; readonly endpoints?: unknown } | null;
  try {
    content = JSON.parse(text) as typeof content;
  } catch (error) {
    throw new RpcError("internal", `${path} holds no JSON`, { cause: error });
  }
  if (content?.format !== format || !Array.isArray(content.endpoints)) {
    throw new RpcError("internal", `${path} holds no list of servers of the format ${format}`);
  }
  return content.endpoints as readonly unknown[];
}

function printList(registry: string, service: string, endpoints: readonly Endpoint[]): string {
  const head = `"format": ${JSON.stringify(format)},\n"registry": ${JSON.stringify(registry)},\n"service": ${JSON.stringify(service)}`;
  return `{\n${head},\n"endpoints": [\n${endpoints.map(printEndpoint).join(",\n")}\n]\n}\n`;
}
