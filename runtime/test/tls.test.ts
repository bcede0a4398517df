/** Calls over TLS: who is let in, who is not, and what either side is told. */

import { once } from "node:events";
import { createServer as createPlainServer } from "node:net";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { authority, selfSigned } from "./kit/certificates.mjs";
import { collect } from "./kit/echo-service.js";
import { failureOf } from "./kit/harness.js";
import { startFaultProxy } from "@rpcgen/runtime/testing";
import type { RuntimeEvent } from "../src/index.js";
import { ca, client, ended, main, names, note, raw, served, told, trusted } from "./kit/tls.js";

const dayMs = 86_400_000;
const soon = new Date(Date.now() + dayMs);
const past = new Date(Date.now() - dayMs);

describe("a connection over TLS", () => {
  it("carries all shapes of calls and large messages", async () => {
    const { server } = await served();
    expect(server.address).toMatch(/^rpcs:\/\/127\.0\.0\.1:\d+$/);
    const echo = client(server.address);
    const large = { text: "x".repeat(3_000_000), count: 1 };
    expect(await echo.echo(large)).toEqual(large);
    expect(await collect(echo.count({ text: "n", count: 3 }))).toHaveLength(3);
    expect(await echo.sum([note, note])).toEqual({ text: "", count: 2 });
    expect(await collect(echo.chat([note, large, note]))).toEqual([note, large, note]);
    expect(
      (await Promise.all(Array.from({ length: 4 }, () => echo.echo(large)))).every(({ count }) => count === 1),
    ).toBe(true);
  });

  it("tells handlers who the client is only where a certificate has proved it", async () => {
    const { server, peers } = await served({ clientCa: ca, clientCertificates: "optional" });
    const own = trusted.issue({ commonName: "a, b", names: ["URI:spiffe://test/billing, x", "DNS:billing.test"] });
    await client(server.address).echo(note);
    await client(server.address, { ca, certificate: own.certificate, key: own.key }).echo(note);
    expect(peers[0]?.tls).toEqual({ authorised: false, version: "TLSv1.3" });
    expect(peers[1]?.tls).toMatchObject({
      authorised: true,
      version: "TLSv1.3",
      subject: "CN=a\\, b",
      names: { dns: ["billing.test"], uri: ["spiffe://test/billing, x"], ip: [], email: [] },
      fingerprint256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
    });
  });

  it("speaks TLS 1.2 where both sides allow it, and says so where one does not", async () => {
    const { server, peers, port } = await served({ minVersion: "TLSv1.2" });
    const old = connectTls({ port, host: "127.0.0.1", ca, maxVersion: "TLSv1.2", ALPNProtocols: ["rpcgen/1"] });
    await once(old, "secureConnect");
    old.destroy();
    const strict = await served();
    const refused = connectTls({ port: strict.port, host: "127.0.0.1", ca, maxVersion: "TLSv1.2" });
    await once(refused, "error");
    const { error } = await told(strict.events, "handshake-failed");
    expect(error.message).toContain("speaks no version of TLS that is accepted: this side accepts 1.3");
    await client(server.address, { ca, minVersion: "TLSv1.2" }).echo(note);
    expect(peers[0]?.tls?.version).toBe("TLSv1.3");
  });

  it("picks the certificate by the name that the client asks for", async () => {
    const other = trusted.issue({ names: ["DNS:other.test"] });
    const { server } = await served({ more: [{ certificate: other.certificate, key: other.key }] });
    for (const serverName of ["other.test", "OTHER.test", "orders.test", "a.svc.test", "127.0.0.1"]) {
      expect(await client(server.address, { ca, serverName }).echo(note)).toEqual(note);
    }
    const error = await failureOf(client(server.address, { ca, serverName: "a.b.svc.test" }).echo(note));
    expect(error).toMatchObject({
      message: expect.stringContaining("is for orders.test, *.svc.test, 127.0.0.1, not for a.b.svc.test"),
    });
  });
});

describe("a server's certificate", () => {
  const cases: readonly (readonly [string, () => { certificate: string; key: string }, string])[] = [
    [
      "that has expired",
      () => trusted.issue({ names, from: new Date(0), until: past }),
      "has expired: it was valid until",
    ],
    ["of the future", () => trusted.issue({ names, from: soon }), "is not yet valid: it will be from"],
    ["signed by itself", () => selfSigned({ names }), "is signed by itself"],
    [
      "of another authority",
      () => authority("stranger").issue({ names }),
      "was issued by an unknown authority: CN=stranger",
    ],
    ["for another host", () => trusted.issue({ names: ["DNS:else.test"] }), "is for else.test, not for 127.0.0.1"],
    ["without names", () => trusted.issue({ commonName: "127.0.0.1" }), "names no host (CN=127.0.0.1)"],
    ["for clients", () => trusted.issue({ names, usages: ["client"] }), "was not issued for this use"],
  ];

  it.each(cases)("%s is refused, and both sides are told why", async (_what, make, why) => {
    const { certificate, key } = make();
    const { server, events } = await served({ certificate, key });
    const error = await failureOf(client(server.address).echo(note));
    expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining(why) });
    const { error: there } = await told(events, "connection-closed");
    expect(there?.message).toContain(why);
  });

  it("that was revoked is refused", async () => {
    const { server } = await served();
    expect(await client(server.address, { ca, crl: trusted.revoke() }).echo(note)).toEqual(note);
    const error = await failureOf(client(server.address, { ca, crl: trusted.revoke(main) }).echo(note));
    expect(error).toMatchObject({ message: expect.stringContaining("the server's certificate was revoked") });
  });

  it("is looked at whatever the environment says", async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    onTestFinished(() => void delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
    const { server } = await served();
    const error = await failureOf(client(server.address, {}).echo(note));
    expect(error).toMatchObject({ message: expect.stringContaining("was issued by an unknown authority: CN=trusted") });
  });
});

describe("a client's certificate", () => {
  const cases: readonly (readonly [string, () => { certificate: string; key: string } | undefined, string])[] = [
    ["that is missing", () => undefined, "this server wants a client certificate, and the client has none"],
    [
      "that has expired",
      () => trusted.issue({ from: new Date(0), until: past }),
      "the client's certificate has expired",
    ],
    ["of another authority", () => authority("stranger").issue(), "was issued by an unknown authority: CN=stranger"],
    ["for servers", () => trusted.issue({ usages: ["server"] }), "was not issued for this use"],
  ];

  it.each(cases)("%s is refused as unauthenticated, and both sides are told why", async (_what, make, why) => {
    const { server, events, peers } = await served({ clientCa: ca });
    const own = make();
    const error = await failureOf(client(server.address, { ca, ...own }).echo(note));
    expect(error).toMatchObject({ code: "unauthenticated", message: expect.stringContaining(why) });
    const { error: there } = await told(events, "handshake-failed");
    expect(there).toMatchObject({ code: "unauthenticated", message: expect.stringContaining(why) });
    expect(peers).toEqual([]);
    expect(server.counters).toMatchObject({ handshakesFailed: 1, connectionsOpened: 0 });
  });

  it("that is invalid is refused even where none is needed", async () => {
    const { server } = await served({ clientCa: ca, clientCertificates: "optional" });
    const { certificate, key } = selfSigned();
    const error = await failureOf(client(server.address, { ca, certificate, key }).echo(note));
    expect(error).toMatchObject({ code: "unauthenticated", message: expect.stringContaining("is signed by itself") });
  });

  it("is missed by other servers only after the handshake, and the call is still told", async () => {
    const other = createTlsServer({
      cert: main.certificate,
      key: main.key,
      ca,
      requestCert: true,
      ALPNProtocols: ["rpcgen/1"],
    });
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as { readonly port: number };
    const error = await failureOf(client(`rpcs://127.0.0.1:${port}`).echo(note));
    expect(error).toMatchObject({
      code: "unauthenticated",
      message: expect.stringContaining("wants a client certificate, and none was given"),
    });
  });
});

describe("what is not TLS", () => {
  it("a plain client is told that the port speaks TLS", async () => {
    const { port, events } = await served();
    const error = await failureOf(client(`rpc://127.0.0.1:${port}`, "none").echo(note));
    expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining("this port speaks TLS") });
    expect((await told(events, "handshake-failed")).error.message).toContain(
      "this port speaks TLS, and the client does not",
    );
  });

  it("an HTTP client is closed at once", async () => {
    const { port, events } = await served();
    const socket = await raw(port);
    socket.write("GET / HTTP/1.1\r\n\r\n");
    await ended(socket);
    expect((await told(events, "handshake-failed")).error.message).toContain("the client does not speak TLS");
  });

  it("a client that speaks TLS to a plain port is told, and so is the server", async () => {
    const { port, events } = await served({}, { tls: undefined });
    const error = await failureOf(client(`rpcs://127.0.0.1:${port}`).echo(note));
    expect(error).toMatchObject({
      message: expect.stringContaining(`the server at 127.0.0.1:${port} does not speak TLS`),
    });
    expect((await told(events, "connection-closed")).error?.message).toContain("it speaks TLS, and this port does not");
  });

  it("a plain client says that a foreign server speaks TLS", async () => {
    const other = createPlainServer(
      (socket) => void socket.on("error", () => {}).end(Buffer.from("15030300020246", "hex")),
    );
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as { readonly port: number };
    const error = await failureOf(client(`rpc://127.0.0.1:${port}`, "none").echo(note));
    expect(error).toMatchObject({ message: expect.stringContaining("it speaks TLS; connect to rpcs://") });
  });
});

describe("another application protocol", () => {
  it.each([
    ["asks for none", undefined, "did not ask for rpcgen/1"],
    ["asks for another", ["h2"], "does not speak rpcgen/1 (ALPN)"],
  ])("a client that %s is refused", async (_what, ALPNProtocols, why) => {
    const { port, events } = await served();
    const other = connectTls({ port, host: "127.0.0.1", ca, ...(ALPNProtocols && { ALPNProtocols }) });
    await ended(other);
    expect((await told(events, "handshake-failed")).error.message).toContain(why);
  });

  it.each([
    ["knows none", undefined, "speaks TLS, but not rpcgen/1"],
    ["knows another", ["h2"], "does not speak rpcgen/1 (ALPN)"],
  ])("a server that %s is refused", async (_what, ALPNProtocols, why) => {
    const other = createTlsServer({ cert: main.certificate, key: main.key, ...(ALPNProtocols && { ALPNProtocols }) });
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as { readonly port: number };
    const error = await failureOf(client(`rpcs://127.0.0.1:${port}`).echo(note));
    expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining(why) });
  });
});

describe("handshakes", () => {
  it("that stall are closed, whether nothing came or the start of one", async () => {
    const { server, port, events } = await served({}, { limits: { tlsHandshakeTimeoutMs: 100 } });
    const silent = await raw(port);
    const halting = await raw(port);
    halting.write(Buffer.from("160301", "hex"));
    await Promise.all([ended(silent), ended(halting)]);
    expect((await told(events, "handshake-failed")).error.message).toContain("longer than tlsHandshakeTimeoutMs = 100");
    expect(server.counters.handshakesFailed).toBe(2);
  });

  it("of which too many are under way are closed at once", async () => {
    const { port, events } = await served({}, { limits: { tlsHandshakesMax: 1 } });
    await raw(port);
    const second = await raw(port);
    await ended(second);
    expect((await told(events, "handshake-failed")).error).toMatchObject({
      code: "resource-exhausted",
      message: expect.stringContaining("tlsHandshakesMax = 1"),
    });
  });

  it("of servers that stall are given up by the client", async () => {
    const silent = createPlainServer((socket) => void socket.on("error", () => {}));
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { readonly port: number };
    const echo = client(`rpcs://127.0.0.1:${port}`, { ca }, { limits: { tlsHandshakeTimeoutMs: 50 } });
    expect(await failureOf(echo.echo(note))).toMatchObject({
      message: expect.stringContaining("the TLS handshake took longer than tlsHandshakeTimeoutMs = 50"),
    });
  });

  it("under way do not hold up a server that closes", async () => {
    const { server, port } = await served();
    const socket = await raw(port);
    socket.write(Buffer.from("16", "hex"));
    const closed = ended(socket);
    await server.close();
    await closed;
  });
});

it("a call that meets a server's end in the middle of the handshake is made to the next one", async () => {
  const first = await served();
  const proxy = await startFaultProxy({ target: first.server.address });
  onTestFinished(() => proxy.close());
  // The end of the handshake, and the call behind it, are on their way while the server closes.
  proxy.set({ delayMs: 100 }, "to-server");
  const events: RuntimeEvent[] = [];
  const observe = (event: RuntimeEvent): void => void events.push(event);
  const echo = client(proxy.address, { ca }, { failFast: false, backoff: { initialMs: 10 }, observe });
  const call = echo.echo(note, { timeoutMs: 15_000 });
  await told(events, "connection-opened");
  await first.server.close();
  const second = await served({}, { port: first.port });
  expect(await call).toEqual(note);
  expect([first.peers.length, second.peers.length]).toEqual([0, 1]);
});
