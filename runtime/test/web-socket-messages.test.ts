/** What messages of a WebSocket carry, however they are cut, and what happens to whoever breaks the rules. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { connect } from "../src/index.js";
import { loadWs, type WsSocket } from "../src/transport/ws-package.js";
import { createEchoClient, EchoService } from "./kit/echo-service.js";
import { failureOf } from "./kit/harness.js";
import { bindFrame, frameBytes, fromHex, helloFrame, prefaceHex } from "./kit/raw-peer.js";
import { messageFrame, opcode, RawWebSocket, upgradeText } from "./kit/raw-web-socket.js";
import { served, upgraded } from "./kit/web-socket.js";

const { binary, continuation, text, ping, pong, close } = opcode;
/** A whole conversation: preface, HELLO, BIND, and a call of echo with the text `a`. */
const request = frameBytes(3, 0, 0, 1, "0a0161");
const conversation = Buffer.concat([fromHex(prefaceHex), helloFrame(), bindFrame(EchoService), request]);
/** RESPONSE to it. */
const response = Buffer.from(frameBytes(4, 0, 0, 1, "0a0161"));

const answered = (raw: RawWebSocket) => (): boolean => raw.bytes.includes(response);

describe("the boundaries of messages mean nothing", () => {
  it("a conversation in one message", async () => {
    const raw = await upgraded((await served()).port);
    raw.write(messageFrame(binary, conversation));
    await raw.until(answered(raw));
  });

  it("in messages of one byte, with empty ones and pings between them", async () => {
    const raw = await upgraded((await served()).port);
    for (const byte of conversation) {
      raw.write(messageFrame(binary, Buffer.from([byte])), messageFrame(binary, Buffer.alloc(0)));
      if (byte === 0) raw.write(messageFrame(ping, Buffer.from("?")));
    }
    await raw.until(answered(raw));
    expect(raw.frames.filter(({ code }) => code === pong).map(({ payload }) => String(payload))).toContain("?");
  });

  it("in one message of many fragments", async () => {
    const raw = await upgraded((await served()).port);
    const last = conversation.length - 1;
    [...conversation].forEach((byte, i) => {
      const code = i === 0 ? binary : continuation;
      raw.write(messageFrame(code, Buffer.from([byte]), { first: (i === last ? 0x80 : 0) | code }));
    });
    await raw.until(answered(raw));
  });

  it("in the same packet as the upgrade, before its answer", async () => {
    const raw = new RawWebSocket((await served()).port);
    raw.write(upgradeText(), messageFrame(binary, conversation));
    await raw.until(answered(raw));
  });

  it("and an upgrade that comes byte for byte", async () => {
    const raw = new RawWebSocket((await served()).port);
    for (const byte of Buffer.from(upgradeText())) {
      raw.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    raw.write(messageFrame(binary, conversation));
    await raw.until(answered(raw));
  });
});

describe("a message that is not allowed", () => {
  const large = Buffer.alloc(262_145);
  it.each<[string, Buffer, number]>([
    ["text", messageFrame(text, Buffer.from("hello")), 1003],
    ["a frame without a mask", messageFrame(binary, conversation, { isMasked: false }), 1002],
    ["a reserved bit", messageFrame(binary, conversation, { first: 0xc2 }), 1002],
    ["an unknown kind", messageFrame(3, conversation), 1002],
    ["a continuation of nothing", messageFrame(continuation, conversation), 1002],
    ["a long ping", messageFrame(ping, Buffer.alloc(126)), 1002],
    ["more than a message may hold", messageFrame(binary, large), 1009],
    ["a length beyond all bounds", Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), 1009],
    [
      "fragments without end",
      Buffer.concat(
        Array.from({ length: 5000 }, (_, i) =>
          messageFrame(i === 0 ? 2 : 0, Buffer.from("x"), { first: i === 0 ? 2 : 0 }),
        ),
      ),
      1008,
    ],
    ["another protocol", messageFrame(binary, Buffer.from("GET / HTTP/1.1")), 1000],
  ])("%s closes the connection, and nothing else", async (_, frame, code) => {
    const { server, port } = await served({ limits: { lingerMs: 100 } });
    const other = await upgraded(port);
    const raw = await upgraded(port);
    raw.write(frame);
    await raw.until(() => raw.closeCode !== undefined);
    expect(raw.closeCode).toBe(code);
    // The client does not answer, and is cut.
    await raw.closed();
    other.write(messageFrame(binary, conversation));
    await other.until(answered(other));
    expect(server.counters.connectionsOpen).toBe(1);
  });
});

describe("the end of a connection", () => {
  it("in good order is a GOAWAY and the code 1000", async () => {
    const { server, port } = await served();
    const raw = await upgraded(port);
    raw.write(messageFrame(binary, conversation));
    await raw.until(answered(raw));
    const closed = server.close();
    // Its PING is answered, so that nothing has crossed.
    await raw.until(() => raw.bytes.includes("the server is closing"));
    await raw.until(() => raw.closeCode !== undefined);
    expect(raw.closeCode).toBe(1000);
    raw.write(messageFrame(close, Buffer.from([3, 232])));
    await closed;
  });

  it.each([1000, 1001, 4000])("may come from the client with code %i, and ends what runs", async (code) => {
    const { server, port, events } = await served();
    const raw = await upgraded(port);
    raw.write(messageFrame(binary, conversation));
    await raw.until(answered(raw));
    raw.write(messageFrame(close, Buffer.from([code >> 8, code & 255])));
    await raw.closed();
    await server.close();
    expect(events.map(({ kind }) => kind).filter((kind) => kind.startsWith("connection"))).toEqual([
      "connection-opened",
      "connection-closed",
    ]);
  });

  it("that is one too many is told why inside of the WebSocket", async () => {
    const { port } = await served({ limits: { connectionsMax: 1 } });
    await upgraded(port);
    const raw = await upgraded(port);
    await raw.until(() => raw.bytes.includes("connectionsMax = 1"));
    await raw.until(() => raw.closeCode === 1000);
  });

  it("comes for a client that says nothing after the upgrade", async () => {
    const { port } = await served({ limits: { handshakeTimeoutMs: 100, lingerMs: 100 } });
    const raw = await upgraded(port);
    await raw.closed();
    expect(raw.closeCode).toBe(1000);
  });

  it("comes for a client that floods with pings and does not read", async () => {
    const { port } = await served({ limits: { handshakeTimeoutMs: 300, lingerMs: 100 } });
    const raw = await upgraded(port);
    raw.socket.pause();
    const flood = Buffer.concat(Array.from({ length: 500 }, () => messageFrame(ping, Buffer.alloc(125))));
    for (let i = 0; i < 200 && !raw.socket.closed; i++) {
      raw.write(flood);
      await new Promise((resolve) => setImmediate(resolve));
    }
    raw.socket.resume();
    await raw.closed();
  });
});

describe("a server that breaks the rules", () => {
  async function foreign(play: (socket: WsSocket) => void, handleProtocols: () => string | false): Promise<string> {
    const { WebSocketServer } = await loadWs("this test");
    const upgrader = new WebSocketServer({ noServer: true, handleProtocols });
    const sockets: Socket[] = [];
    const http = createServer();
    http.on("upgrade", (upgrade, socket: Socket, head) => {
      sockets.push(socket);
      upgrader.handleUpgrade(upgrade, socket, head, play);
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      http.close();
    });
    return `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`;
  }

  const mine = (): string => "rpcgen.v1";
  it.each<[string, (socket: WsSocket) => void, () => string | false, RegExp]>([
    ["takes another sub-protocol", () => {}, () => false, /cannot connect to ws:/],
    ["sends text", (socket) => Reflect.apply(socket.send, socket, ["hello"]), mine, /sent text over WebSocket/],
    ["closes with a word", (socket) => socket.close(4001, "not today"), mine, /code 4001: not today/],
    ["breaks", (socket) => socket.terminate(), mine, /lost \(/],
    ["speaks something else", (socket) => socket.send(Buffer.from("HTTP/1.1 200 OK")), mine, /does not speak rpcgen/],
    ["sends too much", (socket) => socket.send(Buffer.alloc(300_000)), mine, /does not speak rpcgen|exceeded/],
  ])("and %s fails calls with a sentence", async (_, play, protocols, sentence) => {
    const channel = connect(await foreign(play, protocols), { failFast: true, limits: { lingerMs: 100 } });
    onTestFinished(() => channel.close());
    const error = await failureOf(createEchoClient(channel).echo({ text: "", count: 0 }));
    expect(error).toMatchObject({ code: "unavailable", message: expect.stringMatching(sentence) });
  });
});
