/** Thrift's two protocols over its own in-memory transport. */

import { inTurn, messageName, payloadAs, payloads, statusNumbers } from "../../payloads.mjs";

function thriftPeer(name, protocolName) {
  return {
    name,
    packages: ["thrift"],
    duty: "copy out",
    isProtobuf: false,
    async load() {
      const { structs, thrift } = await import("../../thrift/structs.mjs");
      const Protocol = thrift[protocolName];
      let sent;
      const outgoing = new thrift.TBufferedTransport(undefined, (bytes) => {
        sent = bytes;
      });
      const output = new Protocol(outgoing);
      const forms = {
        status: (status) => statusNumbers[status],
        time: (ms) => new thrift.Int64(ms),
        blob: (bytes) => Buffer.from(bytes),
      };
      return Object.fromEntries(
        Object.keys(payloads).map((payload) => {
          const Struct = structs[messageName(payload)];
          const encode = inTurn(
            () => new Struct(payloadAs(payload, forms)),
            (value) => {
              value.write(output);
              outgoing.flush();
              return sent;
            },
          );
          const decode = (bytes) => {
            const decoded = new Struct();
            // A framed transport is the one that reads from bytes that are all there.
            decoded.read(new Protocol(new thrift.TFramedTransport(bytes)));
            return decoded;
          };
          return [payload, { encode, bytes: (bytes) => bytes, decode, plain }];
        }),
      );
    },
  };
}

function plain(decoded) {
  const value = { ...decoded };
  if (value.status !== undefined) value.status = Object.keys(statusNumbers)[value.status];
  for (const time of ["createdAt", "updatedAt"]) if (time in value) value[time] = Number(value[time]);
  return value;
}

export const thriftBinary = thriftPeer("thrift binary", "TBinaryProtocol");
export const thriftCompact = thriftPeer("thrift compact", "TCompactProtocol");
