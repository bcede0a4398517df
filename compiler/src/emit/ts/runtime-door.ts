/** What generated code may take from the runtime: names of `@rpcgen/runtime/codegen/v1`, its one versioned door. */

export const doorModule = "@rpcgen/runtime/codegen/v1";

/** Types behind the door. */
const doorTypes = [
  "CallOptions",
  "Channel",
  "Check",
  "Codec",
  "Dispatch",
  "Encode",
  "ErrorCodec",
  "ErrorDecoder",
  "ErrorJson",
  "JsonInput",
  "JsonObject",
  "JsonValue",
  "Method",
  "MethodInfo",
  "Mount",
  "Reader",
  "RpcErrorFacts",
  "SecretFields",
  "ServerCall",
  "ServerExchange",
  "ServiceInfo",
  "ServiceJson",
  "ServiceRules",
  "UnknownEnumValue",
  "UnknownFields",
  "UnknownMember",
  "UnknownRanges",
  "Writer",
] as const;

/** Whether a name behind the door is a type; every other name there is a value. */
export function isDoorType(name: string): boolean {
  return doorTypes.some((type) => type === name);
}
