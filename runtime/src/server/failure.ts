/** Turns whatever a handler threw into the ERROR frame that its client gets. */

import { DecodeError } from "../bytes/decode-error.js";
import { EncodeError } from "../bytes/encode-error.js";
import { asRpcError, plainText, thrownText } from "../error/plain-text.js";
import { DeclaredError, RpcError } from "../error/rpc-error.js";
import { statusCodes, statusNumber, type StatusCode } from "../error/status.js";
import { encodeFailure, type Detail } from "../frame/control.js";
import { chunkBytes, FrameType } from "../frame/frame.js";
import type { MethodInfo } from "../method/method.js";
import type { Outbox } from "../session/outbox.js";

/** What goes over the wire. */
export interface WireFailure {
  readonly code: StatusCode;
  readonly message: string;
  readonly detail: Detail | undefined;
  readonly retryAfterMs: number | undefined;
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
      return { code: "internal", message, ...unexpected };
    }
    const error = asRpcError(thrown);
    if (error !== undefined && statusCodes.includes(error.code) && statusNumber(error.code) > 0) {
      const { code, retryAfterMs } = error;
      return { ...expected, code, message: plainText(error.message), detail: detailOf(error, method), retryAfterMs };
    }
  } catch {
    // A value that fights back gets the same answer as any other surprise.
  }
  // The text of an unforeseen error was not written for strangers: it may name tables, paths and keys.
  const message = exposesErrors ? thrownText(thrown, "the handler") : "the handler failed";
  return { code: "internal", message, ...unexpected };
}

/** A failure that is a code and a sentence. */
export function plainFailure(code: StatusCode, message: string): WireFailure {
  return { ...expected, code, message };
}

/** Writes the ERROR frame of a call, which `open` begins; without what makes it impossible to send. */
export function writeFailure(outbox: Outbox, id: number, failure: WireFailure, open: () => number): void {
  const { code, message, detail, retryAfterMs } = failure;
  const { writer } = outbox;
  try {
    const end = encodeFailure(writer, statusNumber(code), message, false, detail, open(), retryAfterMs);
    if (outbox.bodyLength(end) > chunkBytes) throw new RpcError("internal", "the detail of the error is too large");
    outbox.close(end);
  } catch {
    outbox.rollback();
    const text = `${message} (and its detail or metadata could not be sent)`;
    const start = outbox.open(FrameType.error, 0, 0, id);
    outbox.close(encodeFailure(writer, statusNumber("internal"), text, false, undefined, start));
  }
}

const expected = { detail: undefined, retryAfterMs: undefined, isUnexpected: false };
const unexpected = { ...expected, isUnexpected: true };

function detailOf(error: RpcError, method: MethodInfo): Detail | undefined {
  if (!(error instanceof DeclaredError)) return undefined;
  const declared: DeclaredError<unknown> = error;
  const codec = method.throws.find((candidate) => candidate.name === declared.typeName);
  const encode = codec?.encode;
  if (codec === undefined || encode === undefined) return undefined;
  return { typeName: codec.name, encode: (writer, position) => encode(writer, declared, position) };
}
