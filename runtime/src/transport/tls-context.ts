/** Makes what Node's TLS works with out of PEM: secure contexts, and what is known of the certificates in them. */

import { constants, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { Clock } from "../clock.js";
import type { TlsEvent } from "../events.js";
import { certificateText } from "./tls-peer.js";
import { wrong, type KeyPair, type TlsMaterial } from "../tls/tls-material.js";
import { defaultMinVersion, type TlsVersion } from "../tls/tls-settings.js";

/** A certificate that is ready for use. */
export interface TlsIdentity {
  readonly context: SecureContext;
  /** What the context was made of. */
  readonly options: SecureContextOptions;
  readonly certificate: X509Certificate;
}

const dayMs = 86_400_000;
const certificateBlocks = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** What every context of this side has in common. */
export function commonOptions(material: TlsMaterial, minVersion: TlsVersion | undefined): SecureContextOptions {
  const { authorities, revocations } = material;
  // The library passes over authorities that it cannot read.
  for (const [pem] of (authorities ?? []).join("\n").matchAll(certificateBlocks)) parse(pem, "tls: an authority");
  return {
    minVersion: checkVersion(minVersion),
    // Every connection proves by itself who is on the other side: nothing is taken up from an earlier one.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
    ...(revocations === undefined ? {} : { crl: [...revocations] }),
  };
}

/** Throws an `invalid-argument` RpcError that says which certificate, key or authority is of no use, and why. */
export function createIdentity(pair: KeyPair, common: SecureContextOptions): TlsIdentity {
  const { place, certificate, key, passphrase } = pair;
  const own = parse(certificate, `${place}.certificate`);
  const options = { ...common, cert: certificate, key, ...(passphrase === undefined ? {} : { passphrase }) };
  return { context: createContext(options, place), options, certificate: own };
}

export function createContext(options: SecureContextOptions, place: string): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    throw wrong(place, explain(error), error);
  }
}

/** Tells of certificates that end within `warningDays`. */
export function expiryEvents(
  identities: readonly TlsIdentity[],
  clock: Clock,
  warningDays: number,
): readonly TlsEvent[] {
  return identities.flatMap(({ certificate }) => {
    const expiresAt = new Date(certificate.validTo);
    const daysLeft = Math.floor((expiresAt.getTime() - clock.wall()) / dayMs);
    if (daysLeft >= warningDays) return [];
    return [{ kind: "certificate-expiring", certificate: certificateText(certificate), expiresAt, daysLeft } as const];
  });
}

function parse(pem: string, place: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw wrong(place, "the certificate cannot be read", error);
  }
}

function checkVersion(minVersion: TlsVersion | undefined): TlsVersion {
  const given: string = minVersion ?? defaultMinVersion;
  if (given === "TLSv1.2" || given === "TLSv1.3") return given;
  throw wrong("tls.minVersion", "wants TLSv1.3 or TLSv1.2");
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/KEY_VALUES_MISMATCH|KEY_TYPE_MISMATCH/, "the key does not belong to the certificate"],
  [
    /BAD_DECRYPT|BAD_PASSWORD|INTERRUPTED_OR_CANCELLED|MISSING_PASSPHRASE|PROBLEMS_GETTING_PASSWORD/,
    "the passphrase does not open the key",
  ],
  [/KEY_TOO_SMALL|MD_TOO_WEAK/, "the certificate or its key is too weak"],
  [/CRL/, "the list of revoked certificates cannot be read"],
];

// Of what the library says only its code is shown: that cannot hold anything of the key.
function explain(error: unknown): string {
  const { code = "unknown" } = error as NodeJS.ErrnoException;
  const known = reasons.find(([pattern]) => pattern.test(code));
  return known === undefined ? `certificate, key or authorities cannot be used (${code})` : known[1];
}
