/** What goes wrong with a registry's HTTP servers, in words and with a code. */

import { plainText, thrownText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ETIMEDOUT: "there is no answer",
  EHOSTUNREACH: "there is no way to this host",
  ENETUNREACH: "there is no way to this network",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name of the host cannot be looked up now",
  HPE_INVALID_CONSTANT: "what answers there speaks no HTTP",
  EPROTO: "TLS failed; does the server speak plain HTTP there?",
};

/** A connection that failed: `unavailable`, because another server or a later time may do. */
export function httpFailure(error: unknown, server: string): RpcError {
  if (RpcError.is(error)) return error;
  const code = codeOf(error);
  const why = words[code] ?? thrownText(error, "the connection");
  return new RpcError("unavailable", `${server}: ${why}${code === "" ? "" : ` (${code})`}`, { cause: error });
}

const codes: Readonly<Record<number, StatusCode>> = {
  400: "invalid-argument",
  401: "unauthenticated",
  403: "permission-denied",
  404: "not-found",
  429: "resource-exhausted",
};

/** An answer that says no. Shows the beginning of what it says. */
export function statusFailure(answer: {
  readonly status: number;
  readonly text: string;
  readonly server: string;
  /** One header's value, as HttpAnswer has it; left out where nobody can have said when to come again. */
  header?(name: string): string;
}): RpcError {
  const { status, text, server } = answer;
  const code = codes[status] ?? (status >= 500 ? "unavailable" : "internal");
  const said = text.trim() === "" ? "" : `: ${plainText(text.trim().replace(/\s+/g, " "), 200)}`;
  // In seconds. The form with a date is not understood: clocks of two machines would have to agree.
  const retryAfter = /^\d{1,9}$/.exec(answer.header?.("retry-after") ?? "")?.[0];
  const retryAfterMs = retryAfter === undefined ? undefined : Number(retryAfter) * 1000;
  return new RpcError(code, `${server} answered with status ${status}${said}`, { retryAfterMs });
}

export function tooLong(server: string, what: string, bytesMax: number): RpcError {
  return new RpcError("resource-exhausted", `${server}: ${what} is over the limit answerBytesMax = ${bytesMax}`);
}

function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}
