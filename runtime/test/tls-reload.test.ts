/** Certificates in files that are replaced in every way in which it can go wrong: what worked stays, and what is good again is used. */

import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import type { RuntimeEvent, Server } from "../src/index.js";
import { authority, type Issued } from "./kit/certificates.mjs";
import { failureOf } from "./kit/harness.js";
import { client, main, names, note, served, told, trusted } from "./kit/tls.js";
import { VirtualClock } from "../src/testing/virtual-clock.js";

const successor = authority("successor");

interface Files {
  readonly folder: string;
  readonly certificate: string;
  readonly key: string;
}

function write({ certificate, key }: Files, issued: Issued): void {
  writeFileSync(certificate, issued.certificate);
  writeFileSync(key, issued.key);
}

interface ServedFiles {
  readonly files: Files;
  readonly server: Server;
  readonly events: RuntimeEvent[];
  /** Lets time pass until an event of a kind is told once more. */
  until(kind: RuntimeEvent["kind"]): Promise<RuntimeEvent>;
  /** Lets a minute pass. */
  minute(): Promise<void>;
  /** Whether a new connection accepts the certificate, which the first or the second authority has issued. */
  shows(which: "first" | "second"): Promise<boolean>;
}

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rpcgen-reload-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

async function servedFromFiles(lay: (files: Files) => void): Promise<ServedFiles> {
  const files = { folder, certificate: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  lay(files);
  const clock = new VirtualClock();
  const tls = { certificate: { file: files.certificate }, key: { file: files.key } };
  const { server, events } = await served(tls, { clock });
  onTestFinished(async () => {
    const closing = server.close({ graceMs: 0 });
    await clock.advance(10_000);
    await closing;
  });
  return {
    ...{ files, server, events },
    until: async (kind) => {
      const before = events.filter((event) => event.kind === kind).length;
      for (let seconds = 0; seconds < 300; seconds++) {
        await clock.advance(1000);
        // Files are read in real time.
        await new Promise((resolve) => setTimeout(resolve, 1));
        const told = events.filter((event) => event.kind === kind);
        if (told.length > before) return told.at(-1) as RuntimeEvent;
      }
      throw new Error(`${kind} was not told within five minutes`);
    },
    minute: async () => {
      for (let seconds = 0; seconds < 60; seconds++) {
        await clock.advance(1000);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    shows: async (which) => {
      const { certificate } = which === "first" ? trusted : successor;
      return client(server.address, { ca: certificate })
        .echo(note)
        .then(
          () => true,
          () => false,
        );
    },
  };
}

const cut = (text: string): string => text.slice(0, text.length / 2);
const wrongs: readonly (readonly [string, (files: Files) => void, string])[] = [
  [
    "that does not belong to its key",
    ({ certificate }) => writeFileSync(certificate, successor.issue({ names }).certificate),
    "the key does not belong to the certificate",
  ],
  [
    "that is half written",
    ({ certificate }) => writeFileSync(certificate, cut(main.certificate)),
    "the PEM is cut off",
  ],
  ["whose key is half written", ({ key }) => writeFileSync(key, cut(main.key)), "the PEM is cut off"],
  [
    "whose chain is half written",
    ({ certificate }) => writeFileSync(certificate, main.certificate + cut(successor.certificate)),
    "the PEM is cut off",
  ],
  [
    "of garbage",
    ({ certificate }) => writeFileSync(certificate, main.certificate.replaceAll(/[a-z]/g, "A")),
    "the certificate cannot be read",
  ],
  ["that is empty", ({ certificate }) => writeFileSync(certificate, ""), "this is no PEM"],
  ["that is missing", ({ certificate }) => unlinkSync(certificate), "there is no such file (ENOENT)"],
  [
    "that is a folder now",
    ({ certificate }) => {
      unlinkSync(certificate);
      mkdirSync(certificate);
    },
    "(EISDIR)",
  ],
  [
    "behind a link that leads to itself",
    ({ certificate }) => {
      unlinkSync(certificate);
      symlinkSync(certificate, certificate);
    },
    "(ELOOP)",
  ],
];

it.each(wrongs)("a certificate %s leaves the old one in use until there is a good one", async (_what, spoil, why) => {
  const all = await servedFromFiles((files) => write(files, main));
  const staying = client(all.server.address);
  await staying.echo(note);
  spoil(all.files);
  expect(await all.until("tls-reload-failed")).toMatchObject({
    error: { code: "invalid-argument", message: expect.stringContaining(why) },
  });
  await all.minute();
  // It is told once, however long it stays.
  expect(all.events.filter(({ kind }) => kind === "tls-reload-failed")).toHaveLength(1);
  expect(await all.shows("first")).toBe(true);
  rmSync(all.files.certificate, { recursive: true, force: true });
  write(all.files, successor.issue({ names }));
  await all.until("tls-reloaded");
  expect([await all.shows("first"), await all.shows("second")]).toEqual([false, true]);
  expect(await staying.echo(note)).toEqual(note);
  expect(all.server.counters.connectionsFailed).toBe(0);
});

it("a certificate that may not be read any more leaves the old one in use, and is told as such", async () => {
  // Whoever may do everything may read everything, and is somebody else for a moment.
  const isRoot = process.geteuid?.() === 0;
  const all = await servedFromFiles((files) => write(files, main));
  chmodSync(folder, 0o755);
  chmodSync(all.files.key, 0o000);
  if (isRoot) process.seteuid?.(65_534);
  try {
    expect(await all.until("tls-reload-failed")).toMatchObject({
      error: { message: expect.stringContaining("not permitted (EACCES)") },
    });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
  expect(await all.shows("first")).toBe(true);
});

it("links that are swapped as mounted volumes do it are followed, and a swap to nothing is survived", async () => {
  const lay = (files: Files, version: string, issued: Issued | undefined): void => {
    if (issued !== undefined) {
      mkdirSync(join(folder, version));
      write({ folder, certificate: join(folder, version, "cert.pem"), key: join(folder, version, "key.pem") }, issued);
    }
    symlinkSync(version, join(folder, "..data-next"));
    renameSync(join(folder, "..data-next"), join(folder, "..data"));
    if (version !== "v1") return;
    symlinkSync(join("..data", "cert.pem"), files.certificate);
    symlinkSync(join("..data", "key.pem"), files.key);
  };
  const all = await servedFromFiles((files) => lay(files, "v1", main));
  lay(all.files, "v2", undefined);
  await all.until("tls-reload-failed");
  expect(await all.shows("first")).toBe(true);
  lay(all.files, "v3", successor.issue({ names }));
  await all.until("tls-reloaded");
  expect([await all.shows("first"), await all.shows("second")]).toEqual([false, true]);
});

it("a pair that is good again without a change of its own is not told as new", async () => {
  const all = await servedFromFiles((files) => write(files, main));
  writeFileSync(all.files.certificate, "");
  await all.until("tls-reload-failed");
  write(all.files, main);
  await all.minute();
  expect(all.events.filter(({ kind }) => kind.startsWith("tls-reload"))).toHaveLength(1);
  writeFileSync(all.files.certificate, "");
  await all.until("tls-reload-failed");
  expect(await all.shows("first")).toBe(true);
});

it("an authority or a list of revoked certificates that is broken leaves the old one in use", async () => {
  const { server, events } = await served({ clientCa: trusted.certificate, crl: trusted.revoke() });
  const own = trusted.issue();
  const caller = { ca: trusted.certificate, certificate: own.certificate, key: own.key };
  const pair = { certificate: main.certificate, key: main.key };
  const half = cut(trusted.revoke(own));
  await failureOf(server.reloadTls({ ...pair, clientCa: trusted.certificate, crl: half }));
  const garbage = trusted.certificate.replaceAll(/[a-z]/g, "A");
  for (const clientCa of [cut(trusted.certificate), trusted.certificate + cut(successor.certificate), garbage]) {
    expect(await failureOf(server.reloadTls({ ...pair, clientCa }))).toMatchObject({ code: "invalid-argument" });
  }
  expect(events.filter(({ kind }) => kind === "tls-reload-failed")).toHaveLength(4);
  expect(await client(server.address, caller).echo(note)).toEqual(note);
  await server.reloadTls({ ...pair, clientCa: trusted.certificate, crl: trusted.revoke(own) });
  await told(events, "tls-reloaded");
  expect(await failureOf(client(server.address, caller).echo(note))).toMatchObject({ code: "unauthenticated" });
});
