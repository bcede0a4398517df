/** Certificates that change, end or are of no use, and settings that make no sense. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { connect, RpcError, serve, type RuntimeEvent } from "../src/index.js";
import { authority } from "./kit/certificates.mjs";
import { failureOf } from "./kit/harness.js";
import { ca, client, main, names, note, served, told, trusted } from "./kit/tls.js";
import { VirtualClock } from "../src/testing/virtual-clock.js";

const dayMs = 86_400_000;

describe("certificates that change", () => {
  it("are used by new connections, while old ones go on", async () => {
    const { server, events } = await served();
    const before = client(server.address);
    await before.echo(note);
    const successor = authority("successor");
    const next = successor.issue({ names });
    await server.reloadTls({ certificate: next.certificate, key: next.key });
    expect((await told(events, "tls-reloaded")).certificates).toEqual(["orders.test, *.svc.test, 127.0.0.1"]);
    expect(await before.echo(note)).toEqual(note);
    expect(await client(server.address, { ca: successor.certificate }).echo(note)).toEqual(note);
    await failureOf(client(server.address).echo(note));
  });

  it("of no use leave the old ones in place", async () => {
    const { server, events } = await served();
    const { key } = trusted.issue();
    const reload = server.reloadTls({ certificate: main.certificate, key });
    expect(await failureOf(reload)).toMatchObject({
      code: "invalid-argument",
      message: "tls: the key does not belong to the certificate",
    });
    expect((await told(events, "tls-reload-failed")).error.message).toBe(
      "tls: the key does not belong to the certificate",
    );
    expect(await client(server.address).echo(note)).toEqual(note);
  });
});

describe("certificates", () => {
  it("in files are found, once both hold still, and broken ones are told once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rpcgen-tls-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const write = (issued: { certificate: string; key: string }): void => {
      writeFileSync(join(folder, "cert.pem"), issued.certificate);
      writeFileSync(join(folder, "key.pem"), issued.key);
    };
    write(main);
    const clock = new VirtualClock();
    const tls = { certificate: { file: join(folder, "cert.pem") }, key: { file: join(folder, "key.pem") } };
    const { server, events } = await served(tls, { clock });
    const until = async (kind: RuntimeEvent["kind"]): Promise<void> => {
      while (!events.some((event) => event.kind === kind)) await clock.advance(1000);
    };
    writeFileSync(join(folder, "cert.pem"), trusted.issue({ names }).certificate);
    await until("tls-reload-failed");
    await clock.advance(60_000);
    expect(events.filter(({ kind }) => kind === "tls-reload-failed")).toHaveLength(1);
    const successor = authority("successor");
    write(successor.issue({ names }));
    await until("tls-reloaded");
    const address = server.address;
    const closing = server.close({ graceMs: 0 });
    await clock.advance(10_000);
    await closing;
    expect(address).toMatch(/^rpcs:/);
    expect(clock.timers).toBe(0);
  });

  it("in files of a client are read again for each connection", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rpcgen-tls-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "ca.pem");
    writeFileSync(file, authority("stranger").certificate);
    const { server } = await served();
    const echo = client(server.address, { ca: { file } }, { backoff: { initialMs: 1, maxMs: 1 } });
    await failureOf(echo.echo(note));
    writeFileSync(file, ca);
    // Until an attempt that began before has failed, calls are told at once what the last one met.
    await expect.poll(() => echo.echo(note).catch(() => undefined), { timeout: 10_000 }).toEqual(note);
  });

  it("tell some days ahead that they end", async () => {
    const clock = new VirtualClock();
    const until = new Date(clock.wall() + 30 * dayMs);
    const { certificate, key } = trusted.issue({ names, from: new Date(0), until });
    const { server, events } = await served({ certificate, key }, { clock });
    expect(events).toEqual([]);
    await clock.advance(10 * dayMs);
    expect(await told(events, "certificate-expiring")).toMatchObject({
      certificate: "orders.test, *.svc.test, 127.0.0.1",
      daysLeft: 20,
    });
    const closing = server.close({ graceMs: 0 });
    await clock.advance(10_000);
    await closing;
  });
});

describe("settings of no use", () => {
  const isWrong = async (tls: object, message: string): Promise<void> => {
    const error = await failureOf(serve({ port: 0, services: [], tls: { ...main, ...tls } }));
    expect(error).toMatchObject({ code: "invalid-argument", message });
    for (let at: unknown = error; at instanceof Error; at = at.cause)
      expect(String(at.stack)).not.toMatch(/BEGIN|secret/);
  };

  it("are refused with a sentence that shows nothing of a key", async () => {
    await isWrong({ key: "secret" }, "tls.key: this is no PEM; for a path write { file: path }");
    await isWrong({ key: 1 }, "tls.key: wants PEM as text or bytes, or { file: path }");
    await isWrong({ certificate: main.key }, "tls.certificate: wants a CERTIFICATE, and the PEM holds PRIVATE KEY");
    await isWrong(
      { crl: main.certificate },
      "tls: clientCertificates and crl are about clients' certificates, and want clientCa",
    );
    await isWrong({ clientCa: [] }, "tls.clientCa: the list is empty");
    await isWrong({ minVersion: "TLSv1.1" }, "tls.minVersion: wants TLSv1.3 or TLSv1.2");
    await isWrong({ key: { file: "/nowhere" } }, "cannot read /nowhere: there is no such file (ENOENT)");
  });

  it("of addresses are refused, so that nothing goes out unencrypted by mistake", async () => {
    expect(() => connect("rpc://127.0.0.1:1", { tls: { ca } })).toThrow(
      "the option tls wants an address that starts with rpcs://",
    );
    expect(await failureOf(serve({ memory: "x", services: [], tls: main }))).toMatchObject({
      message: "tls wants a port",
    });
    const server = await serve({ port: 0, services: [] });
    onTestFinished(() => server.close());
    expect(RpcError.is(await failureOf(server.reloadTls()))).toBe(true);
  });
});
