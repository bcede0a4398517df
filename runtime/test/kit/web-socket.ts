/** Servers that take WebSockets, for tests. */

import { expect, onTestFinished } from "vitest";
import { serve, type RuntimeEvent, type Server, type ServeOptions } from "../../src/index.js";
import { mountEcho, type EchoHandler } from "./echo-service.js";
import { RawWebSocket, upgradeText } from "./raw-web-socket.js";

export interface Served {
  readonly server: Server;
  /** Of its own port; NaN where it has none. */
  readonly port: number;
  /** `ws://` or `wss://` at the own port. */
  readonly address: string;
  readonly events: RuntimeEvent[];
}

/** The echo service, on a port of its own that takes WebSockets, too. */
export async function served(options: Partial<ServeOptions> = {}, handler: Partial<EchoHandler> = {}): Promise<Served> {
  const events: RuntimeEvent[] = [];
  const observe = (event: RuntimeEvent): void => void events.push(event);
  const server = await serve({ port: 0, webSocket: {}, services: [mountEcho(handler)], observe, ...options });
  onTestFinished(() => server.close({ graceMs: 0 }));
  const port = Number(server.address.split(":").at(-1));
  return { server, port, address: `${server.address.replace("rpc", "ws")}/rpc`, events };
}

/** A client that is played by hand, once its upgrade has been answered. */
export async function upgraded(port: number): Promise<RawWebSocket> {
  const raw = new RawWebSocket(port);
  raw.write(upgradeText());
  await raw.until(() => raw.received.includes("\r\n\r\n"));
  expect(raw.answer.status).toBe("HTTP/1.1 101 Switching Protocols");
  return raw;
}
