/** What the process that reads a configuration answers, checked as anything that comes from elsewhere. */

import { checkConfig } from "../compiler/src/project/config.js";
import type { ConfigLookup } from "../compiler/src/project/config-file.js";

/** The answer as a lookup of the configuration at `path`. */
export function findConfigProblem(path: string, message: unknown): ConfigLookup {
  if (typeof message === "object" && message !== null) {
    if ("reason" in message && typeof message.reason === "string")
      return { kind: "invalid", path, reason: message.reason };
    const result = "config" in message ? checkConfig(message.config) : undefined;
    if (result?.kind === "config") return { kind: "loaded", loaded: { path, config: result.config } };
    if (result?.kind === "invalid") return { kind: "invalid", path, reason: result.reason };
  }
  return { kind: "invalid", path, reason: "it could not be read" };
}
