/** The small client for browsers in the place of Node's: over WebSockets that are ends of the memory transport. */

import type { ClientChannel, ConnectOptions } from "../../src/index.js";
import type { Clock } from "../../src/clock.js";
import type { Transport } from "../../src/transport/transport.js";
import { loadWs } from "../../src/transport/ws-package.js";
import { openMemory } from "../../src/transport/memory.js";
import { createCounters } from "../../src/events.js";
import { connect } from "../../src/web/connect-web.js";
import { defaultWebLimits } from "../../src/web/web-limits.js";
import type { WebSocketClass, WebSocketLike } from "../../src/web/web-socket.js";

type Handler = ((event: never) => void) | null;

/** WebSockets whose addresses, for instance `ws://memory/NAME`, lead to memory addresses of that name. */
export function memorySockets(clock: Clock): WebSocketClass {
  return class MemorySocket implements WebSocketLike {
    binaryType = "blob";
    onopen: Handler = null;
    onmessage: Handler = null;
    onclose: Handler = null;
    onerror: Handler = null;
    private transport: Transport | undefined;
    private isClosing = false;

    constructor(address: string) {
      clock.nextTurn(() => this.open(new URL(address).pathname.slice(1)));
    }

    get bufferedAmount(): number {
      return this.transport?.queuedBytes ?? 0;
    }

    send(bytes: ArrayBuffer): void {
      if (this.transport === undefined) throw new Error("the WebSocket is not open");
      this.transport.write(new Uint8Array(bytes));
    }

    close(): void {
      this.isClosing = true;
      this.transport?.end();
    }

    private open(name: string): void {
      if (this.isClosing) return this.tell(this.onclose, { code: 1006, reason: "" });
      try {
        this.transport = openMemory(name, clock);
      } catch {
        return this.tell(this.onclose, { code: 1006, reason: "" });
      }
      this.transport.start({
        bytes: (chunk) => this.tell(this.onmessage, { data: new Uint8Array(chunk).buffer }),
        drained: () => {},
        closed: (error) => this.tell(this.onclose, { code: error === undefined ? 1000 : 1006, reason: "" }),
      });
      this.tell(this.onopen, {});
    }

    private tell(handler: Handler, event: object): void {
      (handler as ((event: object) => void) | null)?.(event);
    }
  };
}

/** The small client on a memory address of that name, with as many of these options as it has. */
export function openWeb(name: string, options: ConnectOptions & { readonly clock: Clock }): ClientChannel {
  const { clock, limits = {}, keepalive, defaultTimeoutMs, failFast, closeGraceMs, observe } = options;
  const isLimit = ([limit]: [string, unknown]): boolean => limit in defaultWebLimits;
  const channel = connect(`ws://memory/${name}`, {
    clock,
    webSocket: memorySockets(clock),
    // The middle: waits are as long as they are meant to be.
    random: () => 0.5,
    limits: {
      connectTimeoutMs: limits.handshakeTimeoutMs ?? 5000,
      ...Object.fromEntries(Object.entries(limits).filter(isLimit)),
    },
    keepalive,
    defaultTimeoutMs,
    failFast,
    closeGraceMs,
    observe,
  });
  return { ...channel, counters: createCounters(), members: () => [] };
}

/** The WebSocket of the package `ws`. */
export async function webSocketOfWs(): Promise<WebSocketClass> {
  const { WebSocket } = await loadWs("this test");
  return WebSocket as unknown as WebSocketClass;
}
