/** Which frame may come from whom, on what, with which flags: the table that PROTOCOL.md prints and receivers obey. */

import { Flag, FrameType } from "./frame.js";

interface FrameDefinition {
  readonly type: FrameType;
  readonly name: string;
  readonly from: "client" | "server" | "both";
  /** Whether the frame belongs to a call (a stream id above 0) or to the connection (0). */
  readonly on: "stream" | "connection";
  readonly flags: number;
  /** What the header's method field holds; 0 where undefined. */
  readonly method?: string;
  readonly payload: string;
  readonly doc: string;
}

const body = Flag.trace | Flag.compressed | Flag.more;

/** One row a frame type, in the order of their numbers; PROTOCOL.md prints it and the receiving side obeys it. */
export const frameTable: readonly FrameDefinition[] = [
  {
    type: FrameType.hello,
    name: "HELLO",
    from: "both",
    on: "connection",
    flags: 0,
    payload: "Hello",
    doc: "First frame of each side, once.",
  },
  {
    type: FrameType.bind,
    name: "BIND",
    from: "client",
    on: "connection",
    flags: 0,
    method: "first index of the range",
    payload: "Bind",
    doc: "Gives each method of a service an index on this connection.",
  },
  {
    type: FrameType.request,
    name: "REQUEST",
    from: "client",
    on: "stream",
    flags: Flag.deadline | Flag.metadata | body | Flag.oneway | Flag.noBody,
    method: "bound index",
    payload: "sections, message",
    doc: "Opens a call.",
  },
  {
    type: FrameType.response,
    name: "RESPONSE",
    from: "server",
    on: "stream",
    flags: Flag.metadata | body,
    payload: "sections, message",
    doc: "The answer of a method that answers once; ends the call.",
  },
  {
    type: FrameType.error,
    name: "ERROR",
    from: "server",
    on: "stream",
    flags: Flag.metadata,
    payload: "sections, Failure",
    doc: "Ends the call without an answer.",
  },
  {
    type: FrameType.data,
    name: "DATA",
    from: "both",
    on: "stream",
    flags: body,
    payload: "sections, message",
    doc: "One message of a stream, or the next part of a message whose last frame had MORE.",
  },
  {
    type: FrameType.end,
    name: "END",
    from: "both",
    on: "stream",
    flags: Flag.metadata,
    payload: "sections",
    doc: "No more messages in this direction; from the server it ends the call.",
  },
  {
    type: FrameType.cancel,
    name: "CANCEL",
    from: "client",
    on: "stream",
    flags: 0,
    payload: "empty",
    doc: "The client wants no answer any more.",
  },
  {
    type: FrameType.credit,
    name: "CREDIT",
    from: "both",
    on: "stream",
    flags: 0,
    payload: "u32",
    doc: "Lets the other side send this many bytes more on the stream.",
  },
  {
    type: FrameType.ping,
    name: "PING",
    from: "both",
    on: "connection",
    flags: 0,
    payload: "8 bytes",
    doc: "Asks for a PONG with the same bytes.",
  },
  {
    type: FrameType.pong,
    name: "PONG",
    from: "both",
    on: "connection",
    flags: 0,
    payload: "8 bytes",
    doc: "Answers a PING.",
  },
  {
    type: FrameType.goaway,
    name: "GOAWAY",
    from: "both",
    on: "connection",
    flags: 0,
    payload: "Goaway",
    doc: "No new calls; those above the named stream id will never be looked at.",
  },
];

/** What a frame of each type may look like when it comes from the given side; undefined for what it may not send. */
export function allowedFrom(side: "client" | "server"): readonly (FrameDefinition | undefined)[] {
  const allowed: (FrameDefinition | undefined)[] = [undefined];
  for (const row of frameTable) allowed[row.type] = row.from === "both" || row.from === side ? row : undefined;
  return allowed;
}

/** The name of a frame type, for messages. */
export function frameName(type: number): string {
  return frameTable.find((row) => row.type === type)?.name ?? `type ${type}`;
}
