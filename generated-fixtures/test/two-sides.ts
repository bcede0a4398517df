/** Starts a server and a channel to it for one test, over each transport in turn, and closes both afterwards. */

import { connect, jsonCodec, serve } from "@rpcgen/runtime";
import type { ClientChannel, CodecName, ConnectOptions, Mount, Server, ServeOptions } from "@rpcgen/runtime";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export const transports = ["tcp", "unix", "memory"] as const;
export type TransportName = (typeof transports)[number];

/** What messages can travel in. */
export const codecs: readonly CodecName[] = ["protobuf", "json"];

/** Options of a client that speaks a codec to these services. */
export function speaking(codec: CodecName, services: readonly Mount[]): ConnectOptions {
  return codec === "protobuf" ? {} : { codec: jsonCodec({ services: services.flatMap(({ json }) => json ?? []) }) };
}

let serial = 0;

function place(transport: TransportName): ServeOptions {
  const name = `rpcgen-${String(process.pid)}-${String(++serial)}`;
  switch (transport) {
    case "tcp":
      return { port: 0, services: [] };
    case "unix":
      return { path: join(tmpdir(), `${name}.sock`), services: [] };
    case "memory":
      return { memory: name, services: [] };
  }
}

export interface TwoSides {
  readonly server: Server;
  readonly channel: ClientChannel;
}

/** A server with these services and a channel to it. */
export async function twoSides(
  services: readonly Mount[],
  transport: TransportName = "memory",
  serveOptions: Partial<ServeOptions> = {},
  connectOptions: ConnectOptions = {},
): Promise<TwoSides> {
  const server = await serve({ ...place(transport), ...serveOptions, services: [...services] });
  const channel = connect(server.address, connectOptions);
  onTestFinished(async () => {
    await channel.close();
    await server.close();
  });
  return { server, channel };
}

/** A service of which a test asks only some methods; the others fail. */
export function serveSome<Handler extends object>(make: (handler: Handler) => Mount, some: Partial<Handler>): Mount {
  const bare = make({} as Handler);
  const fail = (): never => {
    throw new Error("this test does not ask for it");
  };
  const all = bare.service.methods.map(({ name }): [string, unknown] => [name, fail]);
  return { ...bare, handler: { ...Object.fromEntries(all), ...some } };
}

/** All messages of a stream, in order. */
export async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) all.push(message);
  return all;
}
