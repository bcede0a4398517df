/** Which rpcgen this is. */

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** From package.json, for instance `0.1.0`. */
export function version(): string {
  return textOf(require("../../package.json"), "version");
}

/** The version and the fingerprint of the sources it was built from: two compilers with one identity print the same. */
export function compilerIdentity(): string {
  return `${version()}+${textOf(require("../build.json"), "fingerprint")}`;
}

function textOf(value: unknown, key: string): string {
  const text: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof text !== "string")
    throw new Error(`this installation of rpcgen is incomplete: it does not say its ${key}`);
  return text;
}
