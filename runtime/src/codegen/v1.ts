/** The one door through which generated code enters the runtime; what stands here keeps its meaning for ever. */

export type { Reader, UnknownRanges } from "../bytes/reader.js";
export { withUnknown } from "../bytes/unknown-fields.js";
export type { Writer } from "../bytes/writer.js";
export type { CallOptions, Channel } from "../call/outgoing-call.js";
export { isPending, mount } from "../call/server-call.js";
export type { Dispatch, Mount, ServerCall, ServerExchange } from "../call/server-call.js";
export { decodeDuration, encodeDuration } from "../codec/builtin/duration.js";
export { decodeJson, encodeJson } from "../codec/builtin/json-on-wire.js";
export { decodeTimestamp, encodeTimestamp } from "../codec/builtin/timestamp.js";
export type { ErrorCodec } from "../codec/codec.js";
export type { Codec } from "../codec/full-codec.js";
export { reopenList, reopenMap } from "../codec/reopen.js";
export { encodeUnknownMember, noMember, unknownEnumNumber, unknownMember } from "../codec/unknown-value.js";
export type { UnknownEnumValue, UnknownMember } from "../codec/unknown-value.js";
export { DeclaredError } from "../error/rpc-error.js";
export type { RpcErrorFacts } from "../error/rpc-error.js";
export { method } from "../method/method.js";
export type { Method, ServiceInfo } from "../method/method.js";
