/** How a channel speaks another codec than Protobuf: each method is exchanged for its twin on the way to the wire. */

import type { Method } from "../method/method.js";
import type { RpcError } from "../error/rpc-error.js";
import type { Caller, OutgoingCall } from "./outgoing-call.js";

/** The codecs of messages, by their names in HELLO. */
export type CodecName = "protobuf" | "json";

/** A codec for all messages of a channel's connections, for instance from `jsonCodec`. */
export interface MessageCodec {
  readonly name: CodecName;
  /** The same method with this codec's encoder and decoder; throws an RpcError for one that it cannot speak. */
  twin<In, Out>(method: Method<In, Out>): Method<In, Out>;
}

/** A caller whose calls travel in `codec`. Without a codec there is no such layer, and Protobuf pays nothing for it. */
export function inCodec(caller: Caller, codec: MessageCodec): Caller {
  const recoded = <In, Out>(call: OutgoingCall<In, Out>): OutgoingCall<In, Out> => {
    return { ...call, method: codec.twin(call.method) };
  };
  return {
    // Async, so that a method without a twin rejects the call rather than surprising the caller.
    one: async <In, Out>(call: OutgoingCall<In, Out>, turn?: number): Promise<Out> => caller.one(recoded(call), turn),
    many: <In, Out>(call: OutgoingCall<In, Out>): AsyncIterable<Out> => caller.many(recoded(call)),
    close: (reason?: RpcError): Promise<void> => caller.close(reason),
  };
}
