/** Every codec that is measured, by name, in the order of the table. */

import { limitCodec } from "./peers/limit.mjs";
import { avsc, bebop, json, msgpackr, msgpackrRecords } from "./peers/other.mjs";
import { pbf, protobufEs, protobufjsReflect, protobufjsStatic, protobufTs, tsProto } from "./peers/protobuf.mjs";
import { rpcgen } from "./peers/rpcgen.mjs";
import { thriftBinary, thriftCompact } from "./peers/thrift.mjs";

/** The codec that ratios are taken to. */
export const baseName = protobufjsStatic.name;

/** All codecs; `tree` is the checkout whose product is measured. */
export function allCodecs(tree) {
  const duties = ["in place", "view out", "copy out"];
  return [
    ...duties.map((duty) => rpcgen(duty, tree)),
    ...duties.map((duty) => limitCodec(duty)),
    protobufjsStatic,
    protobufjsReflect,
    protobufEs,
    protobufTs,
    tsProto,
    pbf,
    bebop,
    avsc,
    msgpackr,
    msgpackrRecords,
    thriftBinary,
    thriftCompact,
    json,
  ];
}
