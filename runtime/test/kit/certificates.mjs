/** Makes certificates for tests and measurements: a small writer of X.509, so that none is committed and none expires. */

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

const dayMs = 86_400_000;

// DER: a tag, a length, and what is in it.
function der(tag, ...parts) {
  const body = Buffer.concat(parts);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 255 ? 4 : 2, "0"), "hex");
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

const sequence = (...parts) => der(0x30, ...parts);
const boolean = (value) => der(0x01, Buffer.from([value ? 0xff : 0]));
const integer = (bytes) => der(0x02, bytes);
const bits = (unused, bytes) => der(0x03, Buffer.from([unused]), bytes);
const octets = (bytes) => der(0x04, bytes);
const time = (date) => der(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, "")));

function oid(text) {
  const [first, second, ...rest] = text.split(".").map(Number);
  const groups = [first * 40 + second, ...rest].map((value) => {
    const bytes = [value & 0x7f];
    for (let left = value >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80);
    return bytes;
  });
  return der(0x06, Buffer.from(groups.flat()));
}

const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));

const nameOf = (commonName) => sequence(der(0x31, sequence(oid("2.5.4.3"), der(0x0c, Buffer.from(commonName)))));

const extension = (id, isCritical, value) => sequence(oid(id), ...(isCritical ? [boolean(true)] : []), octets(value));

function generalName(text) {
  const at = text.indexOf(":");
  const [kind, value] = [text.slice(0, at), text.slice(at + 1)];
  if (kind === "IP") return der(0x87, addressBytes(value));
  return der({ email: 0x81, DNS: 0x82, URI: 0x86 }[kind], Buffer.from(value));
}

function addressBytes(text) {
  if (!text.includes(":")) return Buffer.from(text.split(".").map(Number));
  const [left, right = ""] = text.split("::").map((side) => side.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return Buffer.from([...left, ...zeros, ...right].map((group) => group.padStart(4, "0")).join(""), "hex");
}

const purposes = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" };

function extensions({ names = [], usages = ["server", "client"], isAuthority = false }) {
  const list = [extension("2.5.29.19", true, sequence(...(isAuthority ? [boolean(true)] : [])))];
  // keyCertSign and cRLSign, or digitalSignature.
  list.push(extension("2.5.29.15", true, isAuthority ? bits(1, Buffer.from([0x06])) : bits(7, Buffer.from([0x80]))));
  if (!isAuthority) list.push(extension("2.5.29.37", false, sequence(...usages.map((usage) => oid(purposes[usage])))));
  if (names.length > 0) list.push(extension("2.5.29.17", false, sequence(...names.map(generalName))));
  return der(0xa3, sequence(...list));
}

function signed(body, signer) {
  return sequence(body, ecdsaWithSha256, bits(0, sign("sha256", body, signer)));
}

function pem(label, bytes) {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function make(options, issuer) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = nameOf(options.commonName ?? "test");
  const signer = issuer ?? { subject, privateKey };
  const serial = Buffer.concat([Buffer.from([0x40]), randomBytes(8)]);
  const from = options.from ?? new Date(Date.now() - dayMs);
  const until = options.until ?? new Date(Date.now() + 365 * dayMs);
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    signer.subject,
    sequence(time(from), time(until)),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    extensions(options),
  );
  const certificate = pem("CERTIFICATE", signed(body, signer.privateKey));
  const key = privateKey.export({ type: "pkcs8", format: "pem" });
  return { certificate, key, serial, subject, privateKey };
}

/** A certificate that is its own issuer. */
export function selfSigned(options = {}) {
  return make(options, undefined);
}

/** A certification authority that issues certificates and lists of those that it has revoked. */
export function authority(commonName = "test authority", issuer = undefined) {
  const own = make({ commonName, isAuthority: true }, issuer);
  return {
    ...own,
    issue: (options = {}) => make(options, own),
    revoke: (...revoked) => {
      const now = time(new Date(Date.now() - 1000));
      const entries = revoked.map(({ serial }) => sequence(integer(serial), now));
      const next = time(new Date(Date.now() + dayMs));
      const list = entries.length === 0 ? [] : [sequence(...entries)];
      const body = sequence(integer(Buffer.from([1])), ecdsaWithSha256, own.subject, now, next, ...list);
      return pem("X509 CRL", signed(body, own.privateKey));
    },
  };
}
