/** What a connection says of itself first. */

import type { Hello } from "../frame/control.js";
import type { ConnectionOptions, Side } from "./role.js";

export function ownHello(side: Side, { implementation, codecs, limits }: ConnectionOptions): Hello {
  return {
    implementation,
    codecs,
    compressions: [],
    messageBytesMax: limits.messageBytesMax,
    concurrentCallsMax: side === "server" ? limits.concurrentCallsMax : 0,
    frameBytesMax: limits.frameBytesMax,
    metadataBytesMax: limits.metadataBytesMax,
  };
}
