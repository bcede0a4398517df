/** What is used of a WebSocket: the browser's own, Node's, or one of the package `ws`. */

/** A WebSocket as browsers have it, as far as it is used here. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(bytes: ArrayBuffer): void;
  close(code: number): void;
}

/** Opens WebSockets: `WebSocket` itself, or a class that is used like it. */
export type WebSocketClass = new (address: string, protocols: string[]) => WebSocketLike;

/** The name under which the native protocol travels over WebSocket. */
export const subProtocol = "rpcgen.v1";

/** What happens on a WebSocket. */
export interface SocketSink {
  open(): void;
  /** Undefined stands for text, which the protocol has no use for. */
  bytes(chunk: Uint8Array | undefined): void;
  /** Comes at most once, and last; `why` is empty where nobody said. */
  closed(why: string): void;
}

/** Opens a WebSocket; throws where the address or the class is none. */
export function openSocket(Class: WebSocketClass, address: string, sink: SocketSink): WebSocketLike {
  const socket = new Class(address, [subProtocol]);
  let why = "";
  socket.binaryType = "arraybuffer";
  socket.onopen = () => sink.open();
  socket.onmessage = ({ data }: { readonly data: unknown }) =>
    sink.bytes(data instanceof ArrayBuffer ? new Uint8Array(data) : undefined);
  // Browsers say nothing here; other implementations say what was wrong.
  socket.onerror = ({ message }: { readonly message?: unknown }) => {
    if (typeof message === "string") why = message;
  };
  socket.onclose = ({ code, reason }: { readonly code?: number; readonly reason?: string }) => {
    forget(socket);
    sink.closed(reason || why || (code === undefined || code === 1000 ? "" : `WebSocket code ${code}`));
  };
  return socket;
}

/** Closes a socket of which nothing more is wanted, with 1000 for good order: what was sent still leaves. */
export function closeSocket(socket: WebSocketLike, code: number = 1000): void {
  forget(socket);
  socket.close(code);
}

// The handler for errors stays: some implementations throw what nobody handles.
function forget(socket: WebSocketLike): void {
  socket.onopen = socket.onmessage = socket.onclose = null;
}
