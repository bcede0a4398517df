/** What ends a connection: the peer broke the protocol or a limit, or it went silent. */

/** Why a connection ends, by number on the wire (GOAWAY). */
export const closeCodes = [
  "no-error",
  "protocol-error",
  "enhance-your-calm",
  "limit-exceeded",
  "timeout",
  "version",
  "internal",
  "codec",
  "certificate",
] as const;
export type CloseCode = (typeof closeCodes)[number];

/** What each close code means; PROTOCOL.md prints it. */
export const closeCodeDocs: Readonly<Record<CloseCode, string>> = {
  "no-error": "Drain: running calls finish, new ones go elsewhere.",
  "protocol-error": "The peer sent what the protocol does not allow.",
  "enhance-your-calm": "The peer sent too much of what is cheap for it and dear for the receiver.",
  "limit-exceeded": "A limit of the connection was exceeded.",
  timeout: "The peer took too long.",
  version: "The peer speaks a version that is not spoken here.",
  internal: "The sender itself failed.",
  codec: "The client speaks a codec that the server does not offer.",
  certificate: "The receiver's TLS certificate is missing or not accepted.",
};

/** Thrown while reading frames; ends the connection and nothing else. */
export class FrameError extends Error {
  override readonly name: string = "FrameError";
  readonly code: CloseCode;

  constructor(code: CloseCode, message: string) {
    super(message);
    this.code = code;
  }
}
