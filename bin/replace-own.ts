/** Replaces a single file in one step, and none but one that rpcgen has written. */

import { nodeOutputHost } from "../compiler/src/project/host-output.js";
import { UsageError } from "./exit-code.js";

/** `mark` is in every such file; `noun` is what it would be, for people. Throws a UsageError where something else is there. */
export function replaceOwn(path: string, text: string, mark: string, noun: string): void {
  const standing = nodeOutputHost.look(path);
  if (standing !== undefined && !(standing === "file" && nodeOutputHost.read(path).includes(mark))) {
    throw new UsageError(`${path} is there already, and is no ${noun} of rpcgen's`, "remove it, or write elsewhere");
  }
  const temporary = `${path}.${String(process.pid)}.tmp`;
  try {
    nodeOutputHost.create(temporary, text);
    nodeOutputHost.rename(temporary, path);
  } catch (error) {
    if (nodeOutputHost.look(temporary) !== undefined) nodeOutputHost.removeAll(temporary);
    throw error;
  }
}
