/** What certificates.mjs makes; it is plain JavaScript because measurements use it too. */

import type { KeyObject } from "node:crypto";

export interface CertificateOptions {
  readonly commonName?: string;
  /** `DNS:localhost`, `IP:127.0.0.1`, `URI:spiffe://test/orders`, `email:a@b.test`. */
  readonly names?: readonly string[];
  readonly usages?: readonly ("server" | "client")[];
  readonly from?: Date;
  readonly until?: Date;
}

/** A certificate with its key, both as PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
  readonly serial: Buffer;
  readonly subject: Buffer;
  readonly privateKey: KeyObject;
}

export interface Authority extends Issued {
  issue(options?: CertificateOptions): Issued;
  /** A list of revoked certificates, as PEM. */
  revoke(...revoked: readonly Issued[]): string;
}

export function selfSigned(options?: CertificateOptions): Issued;
export function authority(commonName?: string, issuer?: Issued): Authority;
