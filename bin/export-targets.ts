/** The table of what `rpcgen export` can make; what makes it is loaded when it is asked for. */

import type { LoadedConfig } from "../compiler/src/project/config-file.js";
import { directoryOf } from "../compiler/src/project/logical-path.js";
import { configuredPath } from "../compiler/src/project/plan.js";
import type { ExportTarget } from "./export-target.js";

export const exportTargets: ReadonlyMap<string, ExportTarget> = new Map<string, ExportTarget>([
  [
    "proto",
    {
      summary: ".proto files that `rpcgen import` reads back as they were, in proto/",
      usualOut: (loaded) => configured(loaded, "proto"),
      ownership: "mark",
      load: async () => (await import("./export/emitted.js")).exportProto,
    },
  ],
  [
    "jsonschema",
    {
      summary: "JSON Schema (2020-12) of what messages are in JSON, in schema/",
      usualOut: (loaded) => configured(loaded, "schema"),
      ownership: "mark",
      load: async () => (await import("./export/emitted.js")).exportJsonSchema,
    },
  ],
  [
    "openapi",
    {
      summary: "OpenAPI 3.1 of the services, for gateways that speak Connect, in openapi/",
      usualOut: (loaded) => configured(loaded, "openapi"),
      ownership: "mark",
      load: async () => (await import("./export/emitted.js")).exportOpenapi,
    },
  ],
  [
    "docs",
    {
      summary: "a static HTML site, in site/",
      usualOut: (loaded) => configured(loaded, loaded?.config.docs?.out ?? "site"),
      ownership: "mark",
      load: async () => (await import("./export/docs.js")).exportDocs,
    },
  ],
]);

/** A path of the configuration is counted from where that stands. */
function configured(loaded: LoadedConfig | undefined, path: string): string {
  return loaded === undefined ? path : configuredPath(directoryOf(loaded.path), path);
}
