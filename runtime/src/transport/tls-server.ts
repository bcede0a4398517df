/** Listens for TLS: every socket has to show in time that it speaks TLS, this protocol in it, and who it is. */

import type { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { createServer, type SecureContext, type Server, type TLSSocket } from "node:tls";
import type { Clock, Timer } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { TlsEvent } from "../events.js";
import { limitText, type Limits } from "../limits.js";
import type { FirstBytes } from "./shared-port.js";
import { acceptSockets } from "./socket.js";
import { SocketTransport } from "./socket-transport.js";
import { certificateFault, closedEarly, handshakeFault, holdsFor, lostBecause } from "./tls-failure.js";
import { TlsKeeper, type LoadedTls } from "./tls-keeper.js";
import { tlsPeer } from "./tls-peer.js";
import { applicationProtocol, defaultMinVersion, type ServerTls } from "../tls/tls-settings.js";
import type { Listener, ListenerSink, Transport } from "./transport.js";

/** Why a transport that works is not welcome. */
export interface TlsRefusal {
  readonly code: "certificate" | "protocol-error";
  readonly why: string;
}

/** What a listener for TLS tells beside what every listener does. */
export interface TlsListenerSink extends ListenerSink {
  /** The other side can be told why. */
  refused(transport: Transport, refusal: TlsRefusal): void;
  /** The other side is gone. */
  handshakeFailed(peer: string, error: RpcError): void;
  tlsEvent(event: TlsEvent): void;
}

export interface TlsListener extends Listener {
  /** New handshakes use what is loaded now; rejects, and goes on with the old, where that is of no use. */
  reload(tls?: ServerTls): Promise<void>;
}

export interface TlsPlace {
  readonly host: string;
  readonly port: number;
}

/**
 * Listens with these settings; an `invalid-argument` RpcError says which certificate or key cannot be used. With `firsts` clients may
 * speak HTTP inside of TLS, too.
 */
export async function listenTls(
  place: TlsPlace,
  tls: ServerTls,
  clock: Clock,
  limits: Limits,
  sink: TlsListenerSink,
  firsts?: FirstBytes,
): Promise<TlsListener> {
  const acceptor = new TlsAcceptor(clock, limits, sink, firsts);
  await acceptor.keeper.start(tls);
  try {
    const accept = (socket: Socket, peer: string, local: string): void => acceptor.accept(socket, peer, local);
    const listener = await acceptSockets({ kind: "tcp", ...place }, accept, (error) => sink.failed(error));
    const close = (): Promise<void> => {
      acceptor.stop();
      return listener.close();
    };
    const address = listener.address.replace(/^rpc:/, "rpcs:");
    return { address, close, reload: (settings) => acceptor.keeper.reload(settings) };
  } catch (error) {
    acceptor.stop();
    throw error;
  }
}

/** A socket whose handshake is not over yet. */
interface Handshake {
  readonly key: string;
  readonly socket: Socket;
  readonly peer: string;
  readonly local: string;
  timer: Timer;
}

// The first byte of a ClientHello's record, and of this protocol without TLS.
const tlsStart = 0x16;
const plainStart = 0xe7;

const otherProtocol = `the client did not ask for ${applicationProtocol} in its TLS handshake (ALPN)`;

// Node's own limit only tells, and the socket would stay open: ours closes it, and comes first.
const neverMs = 2 ** 31 - 1;

class TlsAcceptor {
  readonly keeper: TlsKeeper;
  private readonly clock: Clock;
  private readonly limits: Limits;
  private readonly sink: TlsListenerSink;
  private readonly firsts: FirstBytes | undefined;
  private readonly pending = new Map<string, Handshake>();
  /** Never listens: it is given sockets, and does handshakes with the certificates that are in use. */
  private handshaker: Server | undefined;

  constructor(clock: Clock, limits: Limits, sink: TlsListenerSink, firsts: FirstBytes | undefined) {
    this.clock = clock;
    this.limits = limits;
    this.sink = sink;
    this.firsts = firsts;
    this.keeper = new TlsKeeper(
      clock,
      (event) => sink.tlsEvent(event),
      (loaded) => (this.handshaker = this.createHandshaker(loaded)),
    );
  }

  accept(socket: Socket, peer: string, local: string): void {
    socket.on("error", () => {});
    const { tlsHandshakesMax, tlsHandshakeTimeoutMs } = this.limits;
    if (this.pending.size >= tlsHandshakesMax) {
      socket.destroy();
      const why = limitText("the number of TLS handshakes", "tlsHandshakesMax", tlsHandshakesMax);
      this.sink.handshakeFailed(peer, new RpcError("resource-exhausted", why, { peer }));
      return;
    }
    const late = `took longer than tlsHandshakeTimeoutMs = ${tlsHandshakeTimeoutMs}`;
    const timer = this.clock.timer(tlsHandshakeTimeoutMs, () => this.fail(handshake, late));
    const handshake = { key: keyOf(socket), socket, peer, local, timer };
    this.pending.set(handshake.key, handshake);
    socket.once("close", () => this.closed(handshake));
    socket.once("readable", () => this.begin(handshake));
  }

  /**
   * A client may be through with its part of a handshake, and have sent calls behind it: it has to hear that nobody looks at
   * them. So handshakes that have begun go on for a moment, and lead to a connection that is turned away.
   */
  stop(): void {
    this.keeper.stop();
    this.firsts?.stop();
    const late = "took too long while the server closed";
    for (const handshake of this.pending.values()) {
      if (handshake.socket.bytesRead > 0) {
        handshake.timer.cancel();
        handshake.timer = this.clock.timer(this.limits.lingerMs, () => this.fail(handshake, late));
      } else if (this.forget(handshake)) handshake.socket.destroy();
    }
  }

  /** The first bytes have come. */
  private begin(handshake: Handshake): void {
    const { socket, peer, local } = handshake;
    const head: unknown = socket.read();
    if (!(head instanceof Uint8Array) || this.pending.get(handshake.key) !== handshake) return;
    socket.unshift(head);
    if (head[0] === tlsStart) this.handshaker?.emit("connection", socket);
    else if (head[0] === plainStart) {
      this.forget(handshake);
      const why = "this port speaks TLS, and the client does not: connect to rpcs://";
      this.sink.refused(new SocketTransport(socket, { peer, local, isReader: false }), { code: "protocol-error", why });
    } else this.fail(handshake, "does not speak TLS");
  }

  private createHandshaker(loaded: LoadedTls): Server {
    const [main, ...more] = loaded.identities;
    const { minVersion = defaultMinVersion, clientCa } = loaded.settings;
    // The main certificate is for clients that ask for no name, or for one that no certificate holds for.
    const chooseContext = (name: string, done: (error: Error | null, context?: SecureContext) => void): void =>
      done(null, loaded.identities.find(({ certificate }) => holdsFor(name, certificate))?.context);
    const handshaker = createServer({
      ...main?.options,
      ...(more.length === 0 ? {} : { SNICallback: chooseContext }),
      ALPNProtocols: this.firsts === undefined ? [applicationProtocol] : [applicationProtocol, "http/1.1"],
      handshakeTimeout: neverMs,
      requestCert: clientCa !== undefined,
      // Whoever is not welcome is told so, in words, on the connection that stands: `refusal` decides.
      rejectUnauthorized: false,
    });
    handshaker.on("secureConnection", (socket) => this.secured(socket, loaded.settings));
    handshaker.on("tlsClientError", (error, socket) => {
      const handshake = this.pending.get(keyOf(socket));
      if (handshake !== undefined) this.fail(handshake, handshakeFault(error, "client", minVersion), error);
    });
    return handshaker;
  }

  private secured(socket: TLSSocket, settings: ServerTls): void {
    const handshake = this.pending.get(keyOf(socket));
    if (handshake === undefined) {
      socket.destroy();
      return;
    }
    this.forget(handshake);
    const { peer, local } = handshake;
    const { minVersion = defaultMinVersion } = settings;
    const explain = (error: Error): Error => lostBecause(error, "client", minVersion, peer);
    const certificate = socket.getPeerX509Certificate();
    const tls = tlsPeer(socket, certificate);
    const facts = { peer, local, isReader: false, tls, explain };
    const isNative = socket.alpnProtocol === applicationProtocol;
    const refusal = this.certificateRefusal(socket, certificate, settings);
    const goOn = (): void => {
      const transport = new SocketTransport(socket, facts);
      const reason = isNative ? refusal : { code: "protocol-error" as const, why: otherProtocol };
      if (reason === undefined) this.sink.opened(transport);
      else this.sink.refused(transport, reason);
    };
    if (isNative || this.firsts === undefined) goOn();
    else this.firsts.await(socket, { peer, local, tls, refusal: refusal?.why, native: goOn });
  }

  /** Why the client at the other end of a finished handshake may not go on; undefined where it may. */
  private certificateRefusal(
    socket: TLSSocket,
    certificate: X509Certificate | undefined,
    { clientCa, clientCertificates }: ServerTls,
  ): TlsRefusal | undefined {
    if (clientCa === undefined) return undefined;
    if (certificate === undefined) {
      if (clientCertificates === "optional") return undefined;
      return { code: "certificate", why: "this server wants a client certificate, and the client has none" };
    }
    if (socket.authorized) return undefined;
    const fault = certificateFault(String(socket.authorizationError), certificate, this.clock.wall());
    return { code: "certificate", why: `the client's certificate ${fault}` };
  }

  private closed(handshake: Handshake): void {
    // Who only looks whether the port is open has not failed.
    if (handshake.socket.bytesRead > 0) this.fail(handshake, closedEarly);
    else this.forget(handshake);
  }

  private fail(handshake: Handshake, why: string, cause?: Error): void {
    if (!this.forget(handshake)) return;
    const { socket, peer } = handshake;
    socket.destroy();
    const text = `the TLS handshake with ${peer} failed: the client ${why}`;
    this.sink.handshakeFailed(peer, new RpcError("unavailable", text, { peer, cause }));
  }

  /** Whether it was still under way. */
  private forget(handshake: Handshake): boolean {
    handshake.timer.cancel();
    return this.pending.get(handshake.key) === handshake && this.pending.delete(handshake.key);
  }
}

// Node's TLS server tells of its own sockets only; both ends of a connection together are the same for either socket.
function keyOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort} ${socket.localAddress}:${socket.localPort}`;
}
