/** The program that the conformance runner asks: reads a message in one format, writes it in another, says what failed. */

import {
  DecodeError,
  fromBytes,
  fromJsonString,
  JsonReadError,
  JsonWriteError,
  toBytes,
  toJsonString,
  TypeRegistry,
} from "@rpcgen/runtime";
import { ConformanceRequestCodec, ConformanceResponseCodec } from "./gen/conformance.codec.js";
import type { ConformanceRequest, ConformanceResponseResultInit } from "./gen/conformance.types.js";
import { AnyCodec } from "./gen/google/protobuf/any.codec.js";
import { DurationCodec } from "./gen/google/protobuf/duration.codec.js";
import { FieldMaskCodec } from "./gen/google/protobuf/field_mask.codec.js";
import { StructCodec, ValueCodec } from "./gen/google/protobuf/struct.codec.js";
import { TimestampCodec } from "./gen/google/protobuf/timestamp.codec.js";
import { Int32ValueCodec } from "./gen/google/protobuf/wrappers.codec.js";
import { TestAllTypesProto3Codec } from "./gen/test-messages.codec.js";
import type { TestAllTypesProto3 } from "./gen/test-messages.types.js";

const registry = new TypeRegistry()
  .add(AnyCodec)
  .add(DurationCodec)
  .add(FieldMaskCodec)
  .add(Int32ValueCodec)
  .add(StructCodec)
  .add(TestAllTypesProto3Codec)
  .add(TimestampCodec)
  .add(ValueCodec);

function answer(request: ConformanceRequest): ConformanceResponseResultInit {
  if (request.messageType === "conformance.FailureSet") return { kind: "protobufPayload", value: new Uint8Array(0) };
  if (request.messageType !== TestAllTypesProto3Codec.name) {
    return { kind: "skipped", value: request.messageType.includes("proto2") ? "proto2" : "unknown message" };
  }
  const format = request.requestedOutputFormat;
  if (request.payload?.kind === "textPayload" || format === "TEXT_FORMAT")
    return { kind: "skipped", value: "text format" };
  if (request.payload?.kind === "jspbPayload" || format === "JSPB") return { kind: "skipped", value: "JSPB" };
  let message: TestAllTypesProto3;
  try {
    message = read(request);
  } catch (error) {
    if (error instanceof DecodeError || error instanceof JsonReadError)
      return { kind: "parseError", value: error.message };
    throw error;
  }
  if (format === "PROTOBUF") return { kind: "protobufPayload", value: toBytes(TestAllTypesProto3Codec, message) };
  try {
    return { kind: "jsonPayload", value: toJsonString(TestAllTypesProto3Codec, message, { registry }) };
  } catch (error) {
    if (error instanceof JsonWriteError) return { kind: "serializeError", value: error.message };
    throw error;
  }
}

function read({ payload, testCategory }: ConformanceRequest): TestAllTypesProto3 {
  if (payload?.kind === "protobufPayload") return fromBytes(TestAllTypesProto3Codec, payload.value);
  if (payload?.kind !== "jsonPayload") throw new Error("a request without a payload");
  const ignoreUnknownFields = testCategory === "JSON_IGNORE_UNKNOWN_PARSING_TEST";
  return fromJsonString(TestAllTypesProto3Codec, payload.value, { registry, ignoreUnknownFields });
}

/** Anything thrown that is not one of the expected errors is a defect here, and fails the test by this answer. */
function safeAnswer(request: ConformanceRequest): ConformanceResponseResultInit {
  try {
    return answer(request);
  } catch (error) {
    return { kind: "runtimeError", value: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Each message has its length in front of it, four bytes, least significant first. */
const lengthBytes = 4;

let received = Buffer.alloc(0);
for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
  received = Buffer.concat([received, chunk]);
  for (;;) {
    const end = received.length < lengthBytes ? Infinity : lengthBytes + received.readUInt32LE(0);
    if (received.length < end) break;
    const request = fromBytes(ConformanceRequestCodec, received.subarray(lengthBytes, end));
    received = received.subarray(end);
    const response = toBytes(ConformanceResponseCodec, { result: safeAnswer(request) });
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32LE(response.length);
    process.stdout.write(Buffer.concat([length, response]));
  }
}
