/** Servers and clients that speak TLS with certificates of their own authority, for tests. */

import { once } from "node:events";
import { connect as connectSocket, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import {
  connect,
  serve,
  type ConnectOptions,
  type Peer,
  type RuntimeEvent,
  type Server,
  type ServeOptions,
} from "../../src/index.js";
import { authority, type Authority, type Issued } from "./certificates.mjs";
import { createEchoClient, mountEcho, type EchoClient, type Note } from "./echo-service.js";

export const trusted: Authority = authority("trusted");
export const names: readonly string[] = ["IP:127.0.0.1", "DNS:orders.test", "DNS:*.svc.test"];
export const main: Issued = trusted.issue({ commonName: "main", names });
export const ca: string = trusted.certificate;

export interface Served {
  readonly server: Server;
  readonly port: number;
  readonly events: RuntimeEvent[];
  /** Who made the calls so far. */
  readonly peers: Peer[];
}

export async function served(
  tls: Partial<NonNullable<ServeOptions["tls"]>> = {},
  options: Partial<ServeOptions> = {},
): Promise<Served> {
  const events: RuntimeEvent[] = [];
  const peers: Peer[] = [];
  const server = await serve({
    port: 0,
    tls: { certificate: main.certificate, key: main.key, ...tls },
    services: [
      mountEcho({
        echo(note, call) {
          peers.push(call.peer);
          return note;
        },
      }),
    ],
    observe: (event) => void events.push(event),
    ...options,
  });
  onTestFinished(() => server.close({ graceMs: 0 }));
  return { server, port: Number(server.address.split(":").at(-1)), events, peers };
}

export function client(
  address: string,
  tls: ConnectOptions["tls"] | "none" = { ca },
  options: ConnectOptions = {},
): EchoClient {
  const channel = connect(address, { failFast: true, ...(tls === "none" ? {} : { tls }), ...options });
  onTestFinished(() => channel.close());
  return createEchoClient(channel);
}

export const note: Note = { text: "a", count: 1 };

/** Settles when an event of a kind has been told. */
export async function told<Kind extends RuntimeEvent["kind"]>(
  events: readonly RuntimeEvent[],
  kind: Kind,
): Promise<Extract<RuntimeEvent, { kind: Kind }>> {
  for (;;) {
    const found = events.find((event): event is Extract<RuntimeEvent, { kind: Kind }> => event.kind === kind);
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export async function raw(port: number): Promise<Socket> {
  const socket = connectSocket({ host: "127.0.0.1", port });
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** Settles when a socket has closed, however that came about. */
export function ended(socket: Socket): Promise<void> {
  socket.on("error", () => {}).resume();
  return new Promise((resolve) => socket.once("close", () => resolve()));
}
