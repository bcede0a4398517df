/** What `rpcgen` is to programs: the types of a configuration. Nothing here loads the compiler. */

export { defineConfig } from "./project/config.js";
export type {
  AcceptedBreak,
  BreakingConfig,
  ImportExtension,
  LintConfig,
  LintSeverity,
  RpcgenConfig,
} from "./project/config.js";
