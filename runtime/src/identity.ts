/** Who is on the other side of a TLS connection, as far as a certificate has proved it. */

/** What TLS says about the other side of a connection. */
export type TlsPeer = AnonymousPeer | AuthorisedPeer;

/** The connection is encrypted, and nothing is proved about the other side. */
export interface AnonymousPeer {
  /** Whether the other side has a certificate that was verified. */
  readonly authorised: false;
  /** `TLSv1.3` or `TLSv1.2`. */
  readonly version: string;
}

/** The other side holds the key of a certificate that an accepted authority has issued for this purpose. */
export interface AuthorisedPeer {
  readonly authorised: true;
  readonly version: string;
  /** The subject as text, for instance `CN=billing, O=Example`; separators within values are escaped. */
  readonly subject: string;
  /** The certificate's alternative names, by kind: what to decide by. */
  readonly names: CertificateNames;
  /** SHA-256 of the certificate, as pairs of hex digits between colons. */
  readonly fingerprint256: string;
  readonly expiresAt: Date;
}

/** The alternative names of a certificate. */
export interface CertificateNames {
  /** Host names, `*.example.com` included. */
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  /** For instance SPIFFE ids. */
  readonly uri: readonly string[];
  readonly email: readonly string[];
}
