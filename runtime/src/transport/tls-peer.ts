/** Reads certificates: whom they name, and how they are called in messages. */

import type { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { plainText } from "../error/plain-text.js";
import type { CertificateNames, TlsPeer } from "../identity.js";

/**
 * What TLS says about the other side, whose certificate is `certificate`: it is read once by whoever has the socket, because
 * Node 20 takes it out of the chain while it reads, and would give the issuer's for it the next time.
 */
export function tlsPeer(socket: TLSSocket, certificate: X509Certificate | undefined): TlsPeer {
  const version = socket.getProtocol() ?? "unknown";
  if (!socket.authorized || certificate === undefined) return { authorised: false, version };
  return {
    authorised: true,
    version,
    subject: subjectOf(certificate),
    names: certificateNames(certificate.subjectAltName),
    fingerprint256: certificate.fingerprint256,
    expiresAt: new Date(certificate.validTo),
  };
}

/** The same for a socket that somebody else has opened; undefined where it is no TLS. */
export function tlsPeerOf(socket: Socket): TlsPeer | undefined {
  return isTls(socket) ? tlsPeer(socket, socket.getPeerX509Certificate()) : undefined;
}

function isTls(socket: Socket): socket is TLSSocket {
  return "encrypted" in socket && socket.encrypted === true;
}

const kinds: Readonly<Record<string, keyof CertificateNames>> = {
  DNS: "dns",
  "IP Address": "ip",
  URI: "uri",
  email: "email",
};

/**
 * The alternative names by kind. Node writes them as one text, `DNS:a, IP Address:::1`, in which a name that holds a comma or
 * a quote stands in quotes, as JSON.
 */
export function certificateNames(text: string | undefined): CertificateNames {
  const names = { dns: [] as string[], ip: [] as string[], uri: [] as string[], email: [] as string[] };
  for (const [, label = "", value = ""] of (text ?? "").matchAll(/([^:,"]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/g)) {
    const kind = kinds[label];
    if (kind !== undefined) names[kind].push(value.startsWith('"') ? unquote(value) : value);
  }
  return names;
}

/** A certificate in a message: its names, or its subject where it has none. */
export function certificateText(certificate: X509Certificate): string {
  const { dns, ip, uri, email } = certificateNames(certificate.subjectAltName);
  const names = [...dns, ...ip, ...uri, ...email];
  return plainText(names.length > 0 ? names.join(", ") : subjectOf(certificate), 300);
}

function subjectOf(certificate: X509Certificate): string {
  // Line feeds within a value are escaped, so that those which are left stand between the parts.
  return certificate.subject?.replaceAll("\n", ", ") ?? "";
}

function unquote(value: string): string {
  try {
    const text: unknown = JSON.parse(value);
    return typeof text === "string" ? text : "";
  } catch {
    return "";
  }
}
