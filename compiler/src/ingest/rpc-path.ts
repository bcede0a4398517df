/** Where imported files stand, and which parts their paths may have. */

/** Where the `.rpc` file of a foreign file stands. Parts that are devices on some system get an underscore. */
export function rpcPath(path: string): string {
  const stem = path.replace(/\.(proto|thrift)$/, "");
  return `${stem.split("/").map(portablePart).join("/")}.rpc`;
}

/** The name as a part of a path on every system. */
export function portablePart(part: string): string {
  return part
    .replace(/^(con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)/i, "$1_")
    .replace(/[<>:"|?*%\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|[. ]$/gu, "_");
}
