/** The one door through which generated code enters the runtime; what stands here keeps its meaning for ever. */

export type { UnknownRanges } from "../bytes/cursor.js";
export type { MessageReader as Reader } from "../bytes/message-reader.js";
export type { MessageWriter as Writer } from "../bytes/message-writer.js";
export { withUnknown } from "../bytes/unknown-fields.js";
export type { UnknownFields } from "../bytes/unknown-fields.js";
export type { CallOptions, Channel } from "../call/outgoing-call.js";
export { isPending, mount } from "../call/server-call.js";
export type { Dispatch, Mount, ServerCall, ServerExchange } from "../call/server-call.js";
export { decodeDuration, encodeDuration } from "../codec/builtin/duration.js";
export { decodeJson, encodeJson } from "../codec/builtin/json-on-wire.js";
export { decodeTimestamp, encodeTimestamp } from "../codec/builtin/timestamp.js";
export type { Encode, ErrorCodec, ErrorDecoder } from "../codec/codec.js";
export type { Codec } from "../codec/full-codec.js";
export { readAny, writeAny } from "../codec/json/json-any.js";
export { JsonReader, JsonWriter } from "../codec/json/json-codec.js";
export { readFieldMaskPaths, writeFieldMaskPaths } from "../codec/json/json-field-mask.js";
export { JsonFields, readList, readMap, readSecret } from "../codec/json/json-fields.js";
export { asMap, JsonObjectWriter, writeList, writeMap } from "../codec/json/json-object.js";
export {
  readBool,
  readBoolKey,
  readBytes,
  readDouble,
  readDuration,
  readDurationParts,
  readEnumNumber,
  readFloat,
  readInt32,
  readInt64,
  readInt64Number,
  readInt64String,
  readJson,
  readString,
  readTimestamp,
  readTimestampParts,
  readUint32,
  readUint64,
  readUint64Number,
  readUint64String,
} from "../codec/json/json-read-scalar.js";
export { isJsonList } from "../codec/json/json-value.js";
export type { JsonInput, JsonObject, JsonValue } from "../codec/json/json-value.js";
export {
  writeBool,
  writeBytes,
  writeDouble,
  writeDuration,
  writeDurationParts,
  writeFloat,
  writeInt32,
  writeInt64,
  writeJson,
  writeString,
  writeTimestamp,
  writeTimestampParts,
  writeUint32,
  writeUint64,
} from "../codec/json/json-write-scalar.js";
export { decodeNothing, encodeNothing } from "../codec/nothing.js";
export { reopenList, reopenMap } from "../codec/reopen.js";
export { entriesOf, entry, item } from "../codec/rules/check.js";
export type { Check } from "../codec/rules/check.js";
export { hasTwins, isLonger, isShorter, sizeOf } from "../codec/rules/rule.js";
export { encodeUnknownMember, noMember, unknownEnumNumber, unknownMember } from "../codec/unknown-value.js";
export type { UnknownEnumValue, UnknownMember } from "../codec/unknown-value.js";
export { DeclaredError } from "../error/rpc-error.js";
export type { RpcErrorFacts } from "../error/rpc-error.js";
export { method, methodWith } from "../method/method.js";
export type { Method, MethodInfo, ServiceInfo } from "../method/method.js";
export type { ErrorJson, ServiceJson } from "../method/service-json.js";
export type { ServiceRules } from "../method/service-rules.js";
export { hideDetail } from "../secret/hide-detail.js";
export type { SecretFields } from "../secret/secret-fields.js";
export { floatScalars, listScalars, rareScalars, wideScalars } from "../bytes/scalars.js";
