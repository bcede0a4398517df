/** Turns whatever a handler threw into the ERROR frame that its client gets. */

import { DecodeError } from "../bytes/decode-error.js";
import { EncodeError } from "../bytes/encode-error.js";
import { asRpcError, plainText, thrownText } from "../error/plain-text.js";
import type { RpcError } from "../error/rpc-error.js";
import { DeclaredError } from "../error/rpc-error.js";
import { statusCodes, statusNumber, type StatusCode } from "../error/status.js";
import type { Detail } from "../frame/control.js";
import type { MethodInfo } from "../method/method.js";

/** What goes over the wire. */
export interface WireFailure {
  readonly code: StatusCode;
  readonly message: string;
  readonly detail: Detail | undefined;
  /** True where the handler threw something that is no RpcError: worth telling an observer. */
  readonly isUnexpected: boolean;
}

/** What the client may know of a thrown value. Never throws, whatever the value does when it is looked at. */
export function describeFailure(thrown: unknown, method: MethodInfo, exposesErrors: boolean): WireFailure {
  try {
    if (thrown instanceof DecodeError) {
      const code = thrown.kind === "limit" ? "resource-exhausted" : "invalid-argument";
      return { code, message: `the request cannot be read: ${plainText(thrown.message)}`, ...expected };
    }
    if (thrown instanceof EncodeError) {
      const message = `the handler's answer cannot be sent: ${plainText(thrown.message)}`;
      return { code: "internal", message, detail: undefined, isUnexpected: true };
    }
    const error = asRpcError(thrown);
    if (error !== undefined && statusCodes.includes(error.code) && statusNumber(error.code) > 0) {
      return { ...expected, code: error.code, message: plainText(error.message), detail: detailOf(error, method) };
    }
  } catch {
    // A value that fights back gets the same answer as any other surprise.
  }
  // The text of an unforeseen error was not written for strangers: it may name tables, paths and keys.
  const message = exposesErrors ? thrownText(thrown, "the handler") : "the handler failed";
  return { code: "internal", message, detail: undefined, isUnexpected: true };
}

const expected = { detail: undefined, isUnexpected: false };

function detailOf(error: RpcError, method: MethodInfo): Detail | undefined {
  if (!(error instanceof DeclaredError)) return undefined;
  const declared: DeclaredError<unknown> = error;
  const codec = method.throws.find((candidate) => candidate.name === declared.typeName);
  if (codec === undefined) return undefined;
  return { typeName: codec.name, encode: (writer, position) => codec.encode(writer, declared, position) };
}
