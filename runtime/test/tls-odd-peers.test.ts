/** Peers and certificates that are odd in ways of their own: old versions, strange names, sessions taken up again, revoked clients. */

import { once } from "node:events";
import { createServer as createPlainServer, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { authority, type Issued } from "./kit/certificates.mjs";
import { failureOf } from "./kit/harness.js";
import { prefaceHex } from "./kit/raw-peer.js";
import { ca, client, ended, main, names, note, raw, served, told, trusted, type Served } from "./kit/tls.js";

const pair = ({ certificate, key }: Issued): { certificate: string; key: string } => ({ certificate, key });

/** TLS as another program speaks it. */
async function foreign(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({ port, host: "127.0.0.1", ca, ALPNProtocols: ["rpcgen/1"], ...options });
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

/** What TLS sends first, to be changed and sent by hand. */
async function clientHello(serverName: string): Promise<Buffer> {
  const catcher = createPlainServer();
  catcher.listen(0, "127.0.0.1");
  await once(catcher, "listening");
  const { port } = catcher.address() as { readonly port: number };
  const came = once(catcher, "connection");
  const sender = connectTls({ port, host: "127.0.0.1", servername: serverName, ALPNProtocols: ["rpcgen/1"] });
  sender.on("error", () => {});
  const [socket] = (await came) as [Socket];
  socket.on("error", () => {});
  const [hello] = (await once(socket, "data")) as [Buffer];
  sender.destroy();
  socket.destroy();
  catcher.close();
  return hello;
}

async function stillServes({ server }: Served): Promise<void> {
  expect(await client(server.address).echo(note)).toEqual(note);
}

describe("versions of TLS", () => {
  it.each(["TLSv1.2", "TLSv1.3"] as const)("before 1.2 are refused where %s is the least", async (minVersion) => {
    const all = await served({ minVersion });
    // Without this level the library would not even try so old a version.
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    await expect(foreign(all.port, old)).rejects.toThrow(/protocol version|unsupported protocol/i);
    const { error } = await told(all.events, "handshake-failed");
    expect(error.message).toContain("speaks no version of TLS that is accepted");
    expect(all.server.counters).toMatchObject({ handshakesFailed: 1, connectionsOpened: 0 });
    await stillServes(all);
  });

  it("are not negotiated down, nor is TLS left out, when the server's certificate is not accepted", async () => {
    const hellos: number[] = [];
    const stranger = createPlainServer((socket) => {
      socket
        .on("error", () => {})
        .once("data", (data: Buffer) => {
          hellos.push(data[0] ?? 0);
          socket.destroy();
        });
    });
    stranger.listen(0, "127.0.0.1");
    await once(stranger, "listening");
    onTestFinished(() => void stranger.close());
    const { port } = stranger.address() as { readonly port: number };
    const echo = client(`rpcs://127.0.0.1:${port}`, { ca }, { backoff: { initialMs: 1, maxMs: 1 } });
    for (let i = 0; i < 3; i++) await failureOf(echo.echo(note));
    expect(hellos.length).toBeGreaterThan(0);
    // All of them begin a record of a TLS handshake.
    expect(new Set(hellos)).toEqual(new Set([0x16]));
  });
});

describe("the name that a client asks for", () => {
  const other = trusted.issue({ names: ["DNS:other.test"] });
  const serving = (): Promise<Served> => served({ more: [pair(other)] });
  const subjectOf = (socket: TLSSocket): string | undefined => socket.getPeerX509Certificate()?.subjectAltName;

  it("may be missing, and the main certificate is shown", async () => {
    const all = await serving();
    const socket = await foreign(all.port, { checkServerIdentity: () => undefined });
    expect(subjectOf(socket)).toContain("orders.test");
  });

  it.each(["no_such.name!", "*.svc.test", "x".repeat(255), "..", "%00", "-", "other.test.evil"])(
    "may be no name at all: %s",
    async (servername) => {
      const all = await serving();
      const socket = await foreign(all.port, { servername, checkServerIdentity: () => undefined });
      expect(subjectOf(socket)).toContain("orders.test");
      await stillServes(all);
    },
  );

  it("with zero bytes, bytes of no text or a false length fails that handshake and no other", async () => {
    const all = await serving();
    const hello = await clientHello("other.test");
    const at = hello.indexOf("other.test");
    const damaged = [
      (bytes: Buffer) => bytes.writeUInt8(0, at + 5),
      (bytes: Buffer) => bytes.fill(0xff, at, at + 10),
      (bytes: Buffer) => bytes.writeUInt16BE(0, at - 2),
      (bytes: Buffer) => bytes.writeUInt16BE(0xffff, at - 2),
    ].map((damage) => {
      const copy = Buffer.from(hello);
      damage(copy);
      return copy;
    });
    for (const bytes of damaged) {
      const socket = await raw(all.port);
      const closed = ended(socket);
      // The server would go on with a name that it takes for one: the end says that nobody does.
      socket.end(bytes);
      await closed;
    }
    expect(all.server.counters).toMatchObject({ handshakesFailed: damaged.length, connectionsOpened: 0 });
    await stillServes(all);
  });
});

describe("code of the application", () => {
  it("that throws when it is told of a handshake fails nothing else", async () => {
    let times = 0;
    const all = await served(
      { clientCa: ca },
      {
        observe: () => {
          times++;
          throw new Error("an observer that throws");
        },
      },
    );
    const error = await failureOf(client(all.server.address).echo(note));
    expect(error).toMatchObject({ code: "unauthenticated" });
    const own = pair(trusted.issue());
    expect(await client(all.server.address, { ca, ...own }).echo(note)).toEqual(note);
    expect(times).toBeGreaterThan(0);
  });

  it("is not called during handshakes: callbacks of Node's TLS are no settings here", async () => {
    const thrower = (): never => {
      throw new Error("called");
    };
    const callbacks = {
      minVersion: "TLSv1.3" as const,
      SNICallback: thrower,
      ALPNCallback: thrower,
      checkServerIdentity: thrower,
    };
    const all = await served(callbacks);
    expect(await client(all.server.address, { ca, serverName: "orders.test", ...callbacks }).echo(note)).toEqual(note);
  });
});

describe("a session", () => {
  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "of %s is not taken up again, so that every connection proves who it is",
    async (version) => {
      const all = await served({ clientCa: ca, minVersion: "TLSv1.2" });
      const options = { minVersion: version, maxVersion: version } as const;
      const [first, second] = [trusted.issue({ commonName: "first" }), trusted.issue({ commonName: "second" })];
      const before = connectTls({
        ...{ port: all.port, host: "127.0.0.1", ca, ALPNProtocols: ["rpcgen/1"], ...options },
        ...{ cert: first.certificate, key: first.key },
      });
      onTestFinished(() => void before.destroy());
      const sessions: Buffer[] = [];
      before.on("error", () => {}).on("session", (session: Buffer) => void sessions.push(session));
      await once(before, "secureConnect");
      // The server's preface comes behind whatever tickets there are.
      before.write(Buffer.from(prefaceHex, "hex"));
      await Promise.race([once(before, "data"), once(before, "close")]);
      const kept = sessions.at(-1) ?? before.getSession();
      const after = await foreign(all.port, {
        ...{ ...options, cert: second.certificate, key: second.key },
        ...(kept !== undefined && { session: kept }),
      });
      expect(after.isSessionReused()).toBe(false);
      // Nor does a client without a certificate get in on a session of one that has one.
      const bare = connectTls({
        ...{ port: all.port, host: "127.0.0.1", ca, ALPNProtocols: ["rpcgen/1"], ...options },
        ...(kept !== undefined && { session: kept }),
      });
      await ended(bare);
      const { error } = await told(all.events, "handshake-failed");
      expect(error.message).toContain("wants a client certificate");
    },
  );

  it("of TLS 1.2 cannot be negotiated anew", async () => {
    const all = await served({ clientCa: ca, minVersion: "TLSv1.2" });
    const own = trusted.issue();
    const socket = await foreign(all.port, { maxVersion: "TLSv1.2", cert: own.certificate, key: own.key });
    const answer = await new Promise<Error | null>((resolve) => {
      socket.once("error", resolve);
      socket.renegotiate({ rejectUnauthorized: false }, resolve);
    });
    expect(answer).toBeInstanceOf(Error);
    expect(await client(all.server.address, { ca, ...pair(own) }).echo(note)).toEqual(note);
  });
});

describe("certificates", () => {
  it("of clients that were revoked are refused, and both sides are told", async () => {
    const gone = trusted.issue({ commonName: "gone" });
    const good = trusted.issue({ commonName: "good" });
    const all = await served({ clientCa: ca, crl: trusted.revoke(gone) });
    expect(await client(all.server.address, { ca, ...pair(good) }).echo(note)).toEqual(note);
    const error = await failureOf(client(all.server.address, { ca, ...pair(gone) }).echo(note));
    expect(error).toMatchObject({
      code: "unauthenticated",
      message: expect.stringContaining("the client's certificate was revoked"),
    });
    const { error: there } = await told(all.events, "handshake-failed");
    expect(there.message).toContain("the client's certificate was revoked");
    expect(all.peers).toHaveLength(1);
  });

  it("hold for the addresses in them and for no others", async () => {
    const { certificate, key } = trusted.issue({ names: ["IP:127.0.0.2", "IP:::1", "DNS:127.0.0.1"] });
    const all = await served({ certificate, key });
    // A host name that looks like an address is none.
    const error = await failureOf(client(all.server.address).echo(note));
    expect(error).toMatchObject({ message: expect.stringContaining("not for 127.0.0.1") });
    for (const serverName of ["127.0.0.2", "::1"]) {
      expect(await client(all.server.address, { ca, serverName }).echo(note)).toEqual(note);
    }
  });

  it.each([
    ["svc.test", false],
    ["a.svc.test", true],
    ["a.b.svc.test", false],
    ["*.svc.test", false],
    [".svc.test", false],
    ["asvc.test", false],
  ])("for *.svc.test hold for one label in front of it: %s", async (serverName, holds) => {
    const all = await served();
    const answer = client(all.server.address, { ca, serverName }).echo(note);
    if (holds) expect(await answer).toEqual(note);
    else expect(await failureOf(answer)).toMatchObject({ code: "unavailable" });
  });

  it("of one's own authority do not make that authority a judge of others", async () => {
    const own = authority("own");
    // The client's certificate comes from an authority that it was not told to believe in when others show theirs.
    const all = await served(pair(own.issue({ names })), {});
    const error = await failureOf(client(all.server.address, { ca, ...pair(own.issue()) }).echo(note));
    expect(error).toMatchObject({ message: expect.stringContaining("was issued by an unknown authority: CN=own") });
    // Nor does a server let in whoever has a certificate of the authority that has issued its own.
    const asking = await served({ ...pair(main), clientCa: own.certificate });
    const stranger = await failureOf(client(asking.server.address, { ca, ...pair(trusted.issue()) }).echo(note));
    expect(stranger).toMatchObject({ code: "unauthenticated" });
  });
});
