/** The door for browsers: a client over WebSocket that is small, and carries nothing of servers. */

export { Metadata } from "./call/metadata.js";
export type { MetadataInit } from "./call/metadata.js";
export type { CallOptions, Channel } from "./call/outgoing-call.js";
export { DeclaredError, RpcError } from "./error/rpc-error.js";
export type { RpcErrorFacts } from "./error/rpc-error.js";
export type { StatusCode } from "./error/status.js";
export type { Observer, RuntimeEvent } from "./events.js";
export { connect, connectUnary } from "./web/connect-web.js";
export type { UnaryChannel, WebChannel, WebConnection, WebOptions } from "./web/connect-web.js";
export type { WebSocketClass, WebSocketLike } from "./web/web-socket.js";
