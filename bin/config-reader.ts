/** A process of its own that reads one configuration and sends what it says to whoever started it. */

import { loadConfig } from "../compiler/src/project/config-file.js";
import { createNodeHost } from "../compiler/src/project/host-node.js";
import { directoryOf } from "../compiler/src/project/logical-path.js";
import { enableTypeScript } from "./enable-typescript.js";

const path = process.argv[2] ?? "";
const preparations = { beforeRun: () => undefined, enableTypeScript, generation: 0 };
const lookup = await loadConfig(createNodeHost(directoryOf(path)), path, preparations);
// Functions do not travel between processes, and nobody there runs them.
process.send?.(
  lookup.kind === "loaded"
    ? { config: { ...lookup.loaded.config, emitters: undefined } }
    : { reason: lookup.kind === "invalid" ? lookup.reason : "there is no such file" },
);
