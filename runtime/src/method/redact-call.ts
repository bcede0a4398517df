/** What may be shown of a call's messages, by what its method knows of their secrets. */

import { redact, type RedactOptions, type Shown } from "../secret/redact.js";
import type { MethodInfo } from "./method.js";

/**
 * A request as logs and traces may show it: `redactRequest(call.method, request)` on a server, with `call.method.info` on a
 * client. In a method that takes a stream, each message of it. Never throws; costs as much as the part of the message that is
 * shown, so ask only where something will be written.
 */
export function redactRequest(method: Pick<MethodInfo, "secrets">, request: unknown, options?: RedactOptions): Shown {
  return redact(method.secrets?.request, request, options);
}

/** An answer as logs and traces may show it; in a method that answers with a stream, each message of it. As `redactRequest`. */
export function redactAnswer(method: Pick<MethodInfo, "secrets">, answer: unknown, options?: RedactOptions): Shown {
  return redact(method.secrets?.answer, answer, options);
}
