/** What the plug-in may be told; everything may be left out. */

export interface RpcgenOptions {
  /**
   * Where `rpcgen.config.*` is looked for, upwards, and where logical paths begin at last. The bundler's own root or context
   * if left out; relative paths begin at the working directory.
   */
  readonly directory?: string | undefined;
  /** The configuration file; false ignores any. */
  readonly config?: string | false | undefined;
  /** Whether declarations for TypeScript (`orders.d.rpc.ts`) are written beside the `.rpc` files; true if left out. */
  readonly types?: boolean | undefined;
}
