/** What a package is made with, beside the schema. */

import type { Places } from "../../schema/places.js";

/** A change since the version before, as `rpcgen breaking` tells it. */
export interface SdkChange {
  readonly isBreaking: boolean;
  readonly levels: readonly string[];
  readonly message: string;
}

export interface SdkOptions {
  /** A name that npm takes. */
  readonly name: string;
  /** A semantic version. */
  readonly version: string;
  readonly description?: string | undefined;
  /** An SPDX expression; `UNLICENSED` where left out, so that nothing is given away by accident. */
  readonly license?: string | undefined;
  /** Address of the repository, for instance `https://example.com/acme/orders.git`. */
  readonly repository?: string | undefined;
  readonly keywords?: readonly string[] | undefined;
  /** Of `@rpcgen/runtime`: the package works with it and everything that is compatible. */
  readonly runtimeVersion: string;
  readonly generatorVersion: string;
  /** Texts of the templates, by file name, for instance `README.md.hbs`. */
  readonly templates: ReadonlyMap<string, string>;
  /** Texts of the `.rpc` files by their logical paths, which are shipped beside what was made of them. */
  readonly sources: ReadonlyMap<string, string>;
  /** Since the version before; undefined where there is none to compare with. */
  readonly changes?: readonly SdkChange[] | undefined;
  /** Where declarations stand in their source text, for findings. */
  readonly places?: Places | undefined;
}
