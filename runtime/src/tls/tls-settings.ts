/** What users say about TLS, on either side. */

/** PEM as text or bytes, or the path of a file that holds it. */
export type Pem = string | Uint8Array | { readonly file: string };

/** The oldest version of TLS that a side speaks. */
export type TlsVersion = "TLSv1.2" | "TLSv1.3";

/** A certificate and its key. */
export interface TlsCertificate {
  /** The certificate, and behind it those that lead from it to an authority. */
  readonly certificate: Pem;
  readonly key: Pem;
  /** Of the key, where it is encrypted. */
  readonly passphrase?: string | undefined;
}

/** How a server speaks TLS. */
export interface ServerTls extends TlsCertificate {
  /** Further certificates: a client gets the first one that holds for the name it asks for, or else the main one. */
  readonly more?: readonly TlsCertificate[] | undefined;
  /** The authorities that may have issued clients' certificates; where given, clients need one. */
  readonly clientCa?: Pem | readonly Pem[] | undefined;
  /** `optional` lets in clients without a certificate; an invalid one is refused all the same. */
  readonly clientCertificates?: "required" | "optional" | undefined;
  /** Lists of revoked certificates, one of each authority of clients. */
  readonly crl?: Pem | readonly Pem[] | undefined;
  /** 1.3 where left out. */
  readonly minVersion?: TlsVersion | undefined;
  /** How often the files that are named here are looked at, in milliseconds; 10,000 where left out, false for never. */
  readonly checkFilesMs?: number | false | undefined;
  /** From how many days before its end on `certificate-expiring` is told; 21 where left out. */
  readonly expiryWarningDays?: number | undefined;
}

/** How a client speaks TLS. */
export interface ClientTls extends Partial<TlsCertificate> {
  /** The authorities that may have issued the server's certificate; those that Node knows where left out. */
  readonly ca?: Pem | readonly Pem[] | undefined;
  /** The name that the server's certificate has to hold for, and that is asked for; the address's host where left out. */
  readonly serverName?: string | undefined;
  /** Lists of revoked certificates, one of each authority. */
  readonly crl?: Pem | readonly Pem[] | undefined;
  /** 1.3 where left out. */
  readonly minVersion?: TlsVersion | undefined;
  /** From how many days before its end on `certificate-expiring` is told of the own certificate; 21 where left out. */
  readonly expiryWarningDays?: number | undefined;
}

/** The name by which both sides agree that it is this protocol which they speak inside of TLS (ALPN). */
export const applicationProtocol = "rpcgen/1";

export const defaultMinVersion: TlsVersion = "TLSv1.3";
export const defaultWarningDays = 21;
export const defaultCheckFilesMs = 10_000;
