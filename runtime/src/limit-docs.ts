/** What each limit bounds, in words: apart from the limits themselves, so that no client carries it into a browser. */

import type { LimitName } from "./limits.js";

interface LimitDoc {
  readonly unit: "bytes" | "ms" | "count" | "per 30 s";
  readonly doc: string;
}

/** PROTOCOL.md prints it. */
export const limitDocs: Readonly<Record<LimitName, LimitDoc>> = {
  messageBytesMax: { unit: "bytes", doc: "One received message, put together from its frames." },
  frameBytesMax: {
    unit: "bytes",
    doc: "One received frame's payload. The least is what every peer may send without asking.",
  },
  metadataBytesMax: { unit: "bytes", doc: "Keys and values of one call's metadata, together, in either direction." },
  metadataEntriesMax: { unit: "count", doc: "Entries of one call's metadata." },
  reassemblyBytesMax: {
    unit: "bytes",
    doc: "Parts of messages that wait for their rest, over all calls of a connection.",
  },
  unsentBytesMax: { unit: "bytes", doc: "Large messages that wait for credit, over all calls of a connection." },
  writeQueueBytesMax: {
    unit: "bytes",
    doc: "Bytes handed to the transport and not yet taken by the system. Above it streams pause and a server stops reading.",
  },
  concurrentCallsMax: {
    unit: "count",
    doc: "Calls of one connection that run at once. More are refused, surely not processed.",
  },
  boundMethodsMax: { unit: "count", doc: "Methods that one connection may bind." },
  waitingCallsMax: {
    unit: "count",
    doc: "Calls that a channel holds back while there is no connection, or none with room.",
  },
  waitingTimeoutMs: {
    unit: "ms",
    doc: "How long a call without a deadline is held back while there is no connection, or none with room.",
  },
  connectionsMax: { unit: "count", doc: "Connections that a server holds open." },
  connectionsPerHostMax: {
    unit: "count",
    doc: "Of those, connections from one IP address. As many as in all by default, because proxies and gateways share one.",
  },
  upgradesMax: {
    unit: "count",
    doc: "Sockets of a port that takes WebSockets, too, which have not shown what they speak, or whose upgrade is not over. More are closed at once.",
  },
  tlsHandshakesMax: {
    unit: "count",
    doc: "TLS handshakes that a server has under way, sockets that have sent nothing yet included. More are closed at once.",
  },
  tlsHandshakeTimeoutMs: { unit: "ms", doc: "From the opened socket to the end of the TLS handshake." },
  handshakeTimeoutMs: { unit: "ms", doc: "From the opened transport to the peer's HELLO." },
  frameReadTimeoutMs: { unit: "ms", doc: "From a frame's first byte to its last." },
  connectTimeoutMs: { unit: "ms", doc: "One attempt to open a transport." },
  lingerMs: { unit: "ms", doc: "How long a closed connection may take to hand over its last bytes before it is cut." },
  cancelsMax: {
    unit: "per 30 s",
    doc: "Calls of one connection that the client cancels before anything of an answer was sent.",
  },
  pingsMax: { unit: "per 30 s", doc: "PING frames of one peer." },
  idleFramesMax: {
    unit: "per 30 s",
    doc: "Frames of one peer that carry next to nothing: CREDIT, PONG, CANCEL and BIND, fragments under 1 KiB, and frames for calls that are over beyond what their credit allowed.",
  },
};
