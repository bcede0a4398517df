/** Gathers the PEM that settings give or name, and says what is wrong with it without showing any of it. */

import { createHash } from "node:crypto";
import { RpcError } from "../error/rpc-error.js";
import { readPemFile } from "./tls-files.js";
import type { ClientTls, Pem, ServerTls, TlsCertificate } from "./tls-settings.js";

/** PEM of a certificate and its key. */
export interface KeyPair {
  /** Where it stands, for people: `tls`, `tls.more[0]`. */
  readonly place: string;
  readonly certificate: string;
  readonly key: string;
  readonly passphrase: string | undefined;
}

export interface TlsMaterial {
  readonly pairs: readonly KeyPair[];
  readonly authorities: readonly string[] | undefined;
  readonly revocations: readonly string[] | undefined;
  /** Changes when anything of it does. */
  readonly digest: string;
}

export function readServerMaterial(tls: ServerTls): Promise<TlsMaterial> {
  const pairs = [
    { ...tls, place: "tls" },
    ...(tls.more ?? []).map((pair, i) => ({ ...pair, place: `tls.more[${i}]` })),
  ];
  return gather(pairs, ["clientCa", tls.clientCa], tls.crl);
}

export function readClientMaterial({ certificate, key, passphrase, ca, crl }: ClientTls): Promise<TlsMaterial> {
  if (certificate === undefined && key === undefined) return gather([], ["ca", ca], crl);
  if (certificate === undefined || key === undefined) {
    throw wrong("tls", "certificate and key belong together: give both or neither");
  }
  return gather([{ place: "tls", certificate, key, passphrase }], ["ca", ca], crl);
}

/** Whether any of it stands in files, which may change. */
export function namesFiles(tls: ServerTls): boolean {
  const all = [tls, ...(tls.more ?? [])].flatMap(({ certificate, key }) => [certificate, key]);
  return [...all, ...listOf(tls.clientCa), ...listOf(tls.crl)].some((pem) => fileOf(pem) !== undefined);
}

async function gather(
  wanted: readonly (TlsCertificate & { readonly place: string })[],
  [caName, ca]: readonly [string, Pem | readonly Pem[] | undefined],
  crl: Pem | readonly Pem[] | undefined,
): Promise<TlsMaterial> {
  const pairs = await Promise.all(
    wanted.map(async ({ place, certificate, key, passphrase }): Promise<KeyPair> => {
      if (passphrase !== undefined && typeof passphrase !== "string") throw wrong(`${place}.passphrase`, "wants text");
      return {
        place,
        certificate: await read(certificate, `${place}.certificate`, "CERTIFICATE"),
        key: await read(key, `${place}.key`, "PRIVATE KEY"),
        passphrase,
      };
    }),
  );
  const authorities = await readList(ca, `tls.${caName}`, "CERTIFICATE");
  const revocations = await readList(crl, "tls.crl", "X509 CRL");
  const parts = [pairs.map((pair) => [pair.certificate, pair.key]), authorities ?? [], revocations ?? []];
  return { pairs, authorities, revocations, digest: createHash("sha256").update(JSON.stringify(parts)).digest("hex") };
}

async function readList(
  given: Pem | readonly Pem[] | undefined,
  place: string,
  label: string,
): Promise<readonly string[] | undefined> {
  if (given === undefined) return undefined;
  const list = listOf(given);
  if (list.length === 0) throw wrong(place, "the list is empty");
  return Promise.all(list.map((pem) => read(pem, place, label)));
}

async function read(pem: Pem | undefined, place: string, label: string): Promise<string> {
  const file = fileOf(pem);
  const text = file === undefined ? textOf(pem) : await readPemFile(file);
  const where = file === undefined ? place : `${place}: ${file}`;
  if (text === undefined) throw wrong(where, "wants PEM as text or bytes, or { file: path }");
  // What was given is never shown, because it may be the key.
  if (!text.includes("-----BEGIN ")) {
    const hint =
      file === undefined && text.length < 4096 && !text.includes("\n") ? "; for a path write { file: path }" : "";
    throw wrong(where, `this is no PEM${hint}`);
  }
  const labels = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, found = ""]) => found);
  if (!labels.some((found) => found === label || found.endsWith(` ${label}`))) {
    throw wrong(where, `wants a ${label}, and the PEM holds ${labels.join(", ")}`);
  }
  // The library passes over what is cut off, and would go on without it.
  const ends = [...text.matchAll(/-----END ([A-Z0-9 ]+)-----/g)].map(([, found = ""]) => found);
  if (ends.join() !== labels.join()) {
    throw wrong(where, "the PEM is cut off: it begins something that it does not end");
  }
  return text;
}

function fileOf(pem: Pem | undefined): string | undefined {
  if (typeof pem !== "object" || pem instanceof Uint8Array) return undefined;
  return typeof pem?.file === "string" ? pem.file : undefined;
}

function textOf(pem: Pem | undefined): string | undefined {
  if (typeof pem === "string") return pem;
  return pem instanceof Uint8Array ? Buffer.from(pem).toString("latin1") : undefined;
}

function listOf(given: Pem | readonly Pem[] | undefined): readonly Pem[] {
  if (given === undefined) return [];
  return isList(given) ? given : [given];
}

function isList(given: Pem | readonly Pem[]): given is readonly Pem[] {
  return Array.isArray(given);
}

/** Settings that cannot be used. */
export function wrong(place: string, why: string, cause?: unknown): RpcError {
  return new RpcError("invalid-argument", `${place}: ${why}`, { cause });
}
