/** What generated code may take from the runtime: names of `@rpcgen/runtime/codegen/v1`, its one versioned door. */

export const doorModule = "@rpcgen/runtime/codegen/v1";

/** Types behind the door. */
export const doorTypes = [
  "CallOptions",
  "Channel",
  "Codec",
  "Dispatch",
  "ErrorCodec",
  "JsonInput",
  "JsonReader",
  "JsonValue",
  "JsonWriter",
  "Method",
  "Mount",
  "Reader",
  "RpcErrorFacts",
  "ServerCall",
  "ServiceInfo",
  "UnknownEnumValue",
  "UnknownMember",
  "UnknownRanges",
  "Writer",
] as const;

/** Values behind the door that the files of types and codecs use; the other emitters name their own. */
export const doorValues = [
  "DeclaredError",
  "JsonFields",
  "JsonObjectWriter",
  "decodeDuration",
  "decodeJson",
  "decodeTimestamp",
  "encodeDuration",
  "encodeJson",
  "encodeTimestamp",
  "isPending",
  "method",
  "mount",
  "noMember",
  "packDoubles",
  "packFloats",
  "reopenList",
  "reopenMap",
  "unknownEnumNumber",
  "unknownMember",
  "unpackDoubles",
  "unpackFloats",
  "withUnknown",
] as const;

export type DoorType = (typeof doorTypes)[number];
export type DoorValue = (typeof doorValues)[number];
