/** Which codec the messages of a connection are in: the client says it, and the server offers it or not. */

import { plainText } from "../error/plain-text.js";
import { FrameError } from "../frame/frame-error.js";

/**
 * The first codec in the client's HELLO, which its first calls, sent before any answer, are in already. Throws the
 * FrameError `codec` where the server's HELLO does not list it.
 */
export function agreeOnCodec(clients: readonly string[], servers: readonly string[]): string {
  const [codec] = clients;
  if (codec !== undefined && servers.includes(codec)) return codec;
  const offered = servers.slice(0, 4).map(shown).join(" and ");
  throw new FrameError(
    "codec",
    `the client speaks ${codec === undefined ? "no codec" : `the codec ${shown(codec)}`}, the server offers ${offered}`,
  );
}

function shown(codec: string): string {
  return plainText(codec, 32);
}
