/** Says in words why TLS did not come about, for either side. */

import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { certificateText, certificateNames } from "./tls-peer.js";
import { applicationProtocol, type TlsVersion } from "../tls/tls-settings.js";

/** What is wrong with a certificate that was not verified, as the end of a sentence that starts with it. */
export function certificateFault(code: string, certificate: X509Certificate, wallMs: number): string {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return Date.parse(certificate.validTo) < wallMs
        ? `has expired: it was valid until ${certificate.validTo}`
        : "was issued by an authority whose own certificate has expired";
    case "CERT_NOT_YET_VALID":
      return `is not yet valid: it will be from ${certificate.validFrom} on`;
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return "is signed by itself, and is none of the accepted authorities";
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "CERT_UNTRUSTED":
      return `was issued by an unknown authority: ${plainText(certificate.issuer?.replaceAll("\n", ", ") ?? "", 200)}`;
    case "CERT_REVOKED":
      return "was revoked";
    case "UNABLE_TO_GET_CRL":
      return "was issued by an authority for which no list of revoked certificates was given";
    case "CRL_HAS_EXPIRED":
      return "cannot be checked, because the list of revoked certificates has expired";
    case "INVALID_PURPOSE":
      return "was not issued for this use (extended key usage)";
    default:
      return `cannot be verified (${plainText(code, 80)})`;
  }
}

/** Why a certificate does not hold for a host; undefined where it does. Only its alternative names count. */
export function hostFault(host: string, certificate: X509Certificate): string | undefined {
  if (holdsFor(host, certificate)) return undefined;
  const { dns, ip } = certificateNames(certificate.subjectAltName);
  if (dns.length + ip.length > 0) return `is for ${plainText([...dns, ...ip].join(", "), 300)}, not for ${host}`;
  return `names no host (${certificateText(certificate)}), and so does not hold for ${host}`;
}

/** Whether one of a certificate's alternative names is, or covers, a host name or an IP address. */
export function holdsFor(host: string, certificate: X509Certificate): boolean {
  // For the library, a name that begins with a dot is everything under it.
  if (host.startsWith(".") || host.includes("*")) return false;
  try {
    if (isIP(host) !== 0) return certificate.checkIP(host) !== undefined;
    return certificate.checkHost(host, { subject: "never", partialWildcards: false }) !== undefined;
  } catch {
    // A name that cannot be one, for instance with a zero byte.
    return false;
  }
}

/** The other side. */
export type Side = "client" | "server";

const refusesCertificate =
  /CERTIFICATE_REQUIRED|ALERT_(BAD|UNSUPPORTED)_CERTIFICATE|ALERT_CERTIFICATE|ALERT_UNKNOWN_CA|ALERT_ACCESS_DENIED/;

/** What is said of a side that leaves without a reason. */
export const closedEarly = "closed the connection in the middle of the TLS handshake";

/** Why a handshake failed, as the end of a sentence that starts with the other side: "the server". */
export function handshakeFault(error: Error, side: Side, minVersion: TlsVersion): string {
  const code = codeOf(error);
  const has = (pattern: RegExp): boolean => pattern.test(code);
  if (code === "ECONNRESET" || code === "EPIPE") {
    return side === "server" ? `${closedEarly}; a server that does not speak TLS may do that` : closedEarly;
  }
  if (has(/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE|UNEXPECTED_MESSAGE$/)) {
    return "does not speak TLS";
  }
  if (has(/UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|VERSION_TOO_(LOW|HIGH)|UNSUPPORTED_SSL_VERSION/)) {
    return `speaks no version of TLS that is accepted: this side accepts ${minVersion === "TLSv1.3" ? "1.3" : "1.2 and 1.3"}`;
  }
  if (has(/NO_APPLICATION_PROTOCOL/)) return `does not speak ${applicationProtocol} (ALPN)`;
  if (has(/NO_SHARED_CIPHER|ALERT_HANDSHAKE_FAILURE|NO_SUITABLE/)) return "shares no cipher, curve or signature";
  if (has(/CERTIFICATE_REQUIRED/)) return "wants a client certificate, and none was given";
  if (has(refusesCertificate)) {
    return `does not accept the certificate of this side (${wordsOf(code)})`;
  }
  return `broke off the TLS handshake (${code === "" ? plainText(error.message, 100) : wordsOf(code)})`;
}

/** A handshake that failed as an error: `unauthenticated` where the other side does not accept this side's certificate. */
export function handshakeError(error: Error, side: Side, minVersion: TlsVersion, peer: string): RpcError {
  const code = refusesCertificate.test(codeOf(error)) ? "unauthenticated" : "unavailable";
  return new RpcError(code, `the ${side} at ${peer} ${handshakeFault(error, side, minVersion)}`, {
    peer,
    cause: error,
  });
}

/**
 * What a connection was lost by, where TLS has something to say about it. With TLS 1.3 a client learns only after its own
 * handshake that its certificate is not accepted.
 */
export function lostBecause(error: Error, side: Side, minVersion: TlsVersion, peer: string): Error {
  return codeOf(error).startsWith("ERR_SSL_") ? handshakeError(error, side, minVersion, peer) : error;
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

// `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA` is "unknown ca": how the library calls the record layer is no help.
function wordsOf(code: string): string {
  const words = code.replace(/^ERR_(?:SSL|OSSL)_/, "").replace(/^(?:SSLV3|TLSV1|TLSV13|SSL\/TLS|TLS)_ALERT_/, "");
  return plainText(words.toLowerCase().replaceAll("_", " "), 80);
}
