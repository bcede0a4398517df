/** What `rpcgen compile` may be told on its command line. */

import type { EmitForm, ImportExtension } from "../compiler/src/project/config.js";
import type { FindingsOptions, ProjectOptions } from "./command-line/options.js";

export interface CompileOptions extends ProjectOptions, FindingsOptions {
  readonly out?: string;
  readonly importExtension?: ImportExtension;
  readonly emit?: EmitForm;
  readonly samples?: boolean;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly watch?: boolean;
}
