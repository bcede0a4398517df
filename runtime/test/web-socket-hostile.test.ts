/** Whoever breaks the rules of HTTP at a server's port: is answered, cut, told of, and harms nobody. */

import { describe, expect, it } from "vitest";
import { connect } from "../src/index.js";
import { createEchoClient } from "./kit/echo-service.js";
import { RawWebSocket, upgradeText } from "./kit/raw-web-socket.js";
import { served, type Served } from "./kit/web-socket.js";

async function stillServes({ server }: Served): Promise<void> {
  const channel = connect(server.address);
  expect(await createEchoClient(channel).echo({ text: "a", count: 1 })).toEqual({ text: "a", count: 1 });
  await channel.close();
}

describe("a request that is no good", () => {
  it.each<[string, string, number, string]>([
    ["no upgrade", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 426, "no other HTTP"],
    ["a POST", "POST /rpc HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 426, "no other HTTP"],
    ["another path", upgradeText({}, "GET /other HTTP/1.1"), 404, "at this path"],
    ["a path that only looks alike", upgradeText({}, "GET /rpc/../rpc HTTP/1.1"), 404, "at this path"],
    ["another method", upgradeText({}, "PUT /rpc HTTP/1.1"), 405, "begins with GET"],
    ["an old HTTP", upgradeText({}, "GET /rpc HTTP/1.0"), 400, "HTTP/1.1"],
    ["another upgrade", upgradeText({ Upgrade: "h2c" }), 400, "Upgrade: websocket"],
    ["no key", upgradeText({ "Sec-WebSocket-Key": undefined }), 400, "Sec-WebSocket-Key"],
    ["a short key", upgradeText({ "Sec-WebSocket-Key": "AAAA" }), 400, "Sec-WebSocket-Key"],
    ["another version", upgradeText({ "Sec-WebSocket-Version": "8" }), 426, "version 13"],
    ["no sub-protocol", upgradeText({ "Sec-WebSocket-Protocol": undefined }), 400, "rpcgen.v1"],
    ["another sub-protocol", upgradeText({ "Sec-WebSocket-Protocol": "graphql, mqtt" }), 400, "rpcgen.v1"],
    ["another origin", upgradeText({ Origin: "https://evil.example" }), 403, "https://evil.example is not let in"],
    [
      "a page under a name that was made to lead here",
      upgradeText({ Host: "evil.example:7000", Origin: "http://evil.example:7000" }),
      403,
      "http://evil.example:7000 is not let in: anybody can make a name lead here (webSocket.hosts",
    ],
    [
      "such a name for another host of the request",
      upgradeText({ Host: "localhost", Origin: "http://evil.example" }),
      403,
      "http://evil.example is not let in (webSocket.origins",
    ],
    ["an opaque origin", upgradeText({ Origin: "null" }), 403, "null is not let in"],
    ["a giant header", upgradeText({ Cookie: "x".repeat(20_000) }), 431, "longer than 16384 bytes"],
    ["what is no HTTP", "GET /rpc HTTP/1.1\r\nno header\r\n\r\n", 400, "no request of HTTP"],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      400,
      "no request of HTTP",
    ],
  ])("with %s is answered with a status and a sentence", async (_, text, status, sentence) => {
    const running = await served();
    const raw = new RawWebSocket(running.port);
    raw.write(text);
    await raw.closed();
    expect(raw.answer.status).toContain(`HTTP/1.1 ${status} `);
    expect(raw.answer.body.toString()).toContain(sentence);
    expect(raw.answer.headers).toContain(`Content-Length: ${raw.answer.body.length}`);
    expect(running.server.counters.connectionsOpened).toBe(0);
    const told = running.events.map(({ kind }) => kind);
    expect(told).toEqual(
      status === 403 ? ["connection-refused"] : sentence === "no other HTTP" ? [] : ["handshake-failed"],
    );
    await stillServes(running);
  });
});

it("a page under a name that the server says is its own gets its WebSocket, and no other does", async () => {
  const { port, events } = await served({ webSocket: { hosts: ["orders.lan", ".shop.example"] } });
  const statusFor = async (host: string): Promise<string | undefined> => {
    const raw = new RawWebSocket(port);
    raw.write(upgradeText({ Host: host, Origin: `http://${host}` }));
    await raw.until(() => raw.received.includes("\r\n\r\n"));
    const { status } = raw.answer;
    raw.socket.destroy();
    return status.split(" ")[1];
  };
  expect(await statusFor("orders.lan:7000")).toBe("101");
  expect(await statusFor("eu.shop.example")).toBe("101");
  expect(await statusFor("127.0.0.1:7000")).toBe("101");
  expect(await statusFor("orders.lan.evil.example")).toBe("403");
  const refused = events.flatMap((event) => (event.kind === "connection-refused" ? [event.reason] : []));
  expect(refused).toEqual([expect.stringContaining("webSocket.hosts lists the names of this server")]);
});

describe("a request", () => {
  it("that never ends is cut, whether nothing came, half of it, or one byte after the other", async () => {
    const running = await served({ limits: { handshakeTimeoutMs: 150 } });
    const raws = Array.from({ length: 3 }, () => new RawWebSocket(running.port));
    raws[1]?.write(upgradeText().slice(0, 60));
    let at = 0;
    const dribble = setInterval(() => raws[2]?.write(upgradeText().slice(at, ++at)), 10);
    await Promise.all(raws.map((raw) => raw.closed()));
    clearInterval(dribble);
    expect(raws.map((raw) => raw.received.length)).toEqual([0, 0, 0]);
    expect(running.server.counters.handshakesFailed).toBe(3);
    await stillServes(running);
  });

  it("is one of few that may be under way", async () => {
    const running = await served({ limits: { upgradesMax: 2 } });
    const raws = Array.from({ length: 5 }, () => new RawWebSocket(running.port));
    await Promise.race(raws.map((raw) => raw.closed()));
    expect(JSON.stringify(running.events[0])).toContain("upgradesMax = 2");
    raws.forEach((raw) => raw.socket.destroy());
    await running.server.close();
  });

  it("does not hold up a server that closes", async () => {
    const { server, port } = await served();
    const raw = new RawWebSocket(port);
    raw.write(upgradeText().slice(0, 60));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close();
    await raw.closed();
  });
});

describe("a second request", () => {
  it("behind an upgrade is read as what it is not, and never answered", async () => {
    const running = await served();
    const raw = new RawWebSocket(running.port);
    raw.write(upgradeText(), "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n");
    await raw.closed();
    expect(raw.answer.status).toContain("101");
    expect(raw.closeCode).toBe(1002);
    expect(raw.received.toString("latin1").match(/HTTP\/1\.1/g)).toHaveLength(1);
    await stillServes(running);
  });

  it.each(["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"])(
    "behind an answered one is nobody's",
    async (first) => {
      const running = await served();
      const raw = new RawWebSocket(running.port);
      raw.write(first, upgradeText());
      await raw.closed();
      expect(raw.received.toString("latin1")).not.toContain("101");
      expect(running.server.counters.callsStarted).toBe(0);
      await stillServes(running);
    },
  );
});
