/** Opens the connections of a run before it begins, so that no call pays for it and a server that is not there is told at once. */

import type { ClientChannel, Method } from "@rpcgen/runtime";

/** Servers answer it unless told otherwise, and any answer will do. */
const check: Method<Uint8Array, undefined> = {
  service: {
    name: "grpc.health.v1.Health",
    fingerprint: "",
    source: "",
    methods: [
      { name: "check", wireName: "Check", shape: "unary", throws: [], timeoutMs: undefined, isIdempotent: true },
    ],
  },
  index: 0,
  info: { name: "check", wireName: "Check", shape: "unary", throws: [], timeoutMs: undefined, isIdempotent: true },
  path: "/grpc.health.v1.Health/Check",
  encode: (writer, request, position) => writer.raw(position, request),
  decode: (reader, end) => {
    reader.position = end;
    return undefined;
  },
};

/** Fails with the error of the first that no server can be reached by. */
export async function openConnections(
  channels: readonly ClientChannel[],
  wire: "protobuf" | "json",
  timeoutMs: number,
): Promise<void> {
  const request = new TextEncoder().encode(wire === "json" ? "{}" : "");
  await Promise.all(
    channels.map(async (channel) => {
      try {
        await channel.unary(check, request, { timeoutMs });
      } catch (error) {
        if (!hasReached(error)) throw error;
      }
    }),
  );
}

/** Whether an error came from a server: a refusal is as good an answer as any. */
function hasReached(error: unknown): boolean {
  const { code, peer } = error as { readonly code?: unknown; readonly peer?: unknown };
  return peer !== undefined && code !== "unavailable" && code !== "deadline-exceeded";
}
