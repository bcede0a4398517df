/** Opens TLS to a server, and lets nobody through whose certificate does not prove the name that was asked for. */

import type { X509Certificate } from "node:crypto";
import { createConnection, isIP, type Socket } from "node:net";
import { connect, type SecureContext, type TLSSocket } from "node:tls";
import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { TlsEvent } from "../events.js";
import type { Limits } from "../limits.js";
import {
  cannotConnect,
  hostPort,
  localText,
  opened,
  reason,
  SocketTransport,
  type Opening,
} from "./socket-transport.js";
import { commonOptions, createContext, createIdentity, expiryEvents } from "./tls-context.js";
import { certificateFault, handshakeError, hostFault, lostBecause } from "./tls-failure.js";
import { readClientMaterial } from "../tls/tls-material.js";
import { tlsPeer } from "./tls-peer.js";
import {
  applicationProtocol,
  defaultMinVersion,
  defaultWarningDays,
  type ClientTls,
  type TlsVersion,
} from "../tls/tls-settings.js";
import type { Transport } from "./transport.js";

/** What a client needs beside its settings. */
export interface TlsClientOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly tell: (event: TlsEvent) => void;
  /** Tells a server that is not accepted why, and closes. */
  readonly refuse: (transport: Transport, why: string) => void;
}

/** One channel's way to its server. Files are read again for each connection, so that renewed ones are used. */
export class TlsClient {
  private readonly host: string;
  private readonly port: number;
  private readonly tls: ClientTls;
  private readonly options: TlsClientOptions;
  /** The host name or address that the server has to prove. */
  private readonly name: string;
  private loaded: { readonly context: SecureContext; readonly digest: string } | undefined;

  constructor(place: { readonly host: string; readonly port: number }, tls: ClientTls, options: TlsClientOptions) {
    this.host = place.host;
    this.port = place.port;
    this.tls = tls;
    this.options = options;
    // A zone says by which of this machine's interfaces a host is reached, not who it is.
    this.name = (tls.serverName ?? place.host).replace(/%.*$/, "").replace(/\.$/, "");
  }

  /** A transport to a server that has proved who it is; fails with an RpcError that says what is wrong. */
  open(signal: AbortSignal): Promise<Transport> {
    return this.prove(signal, applicationProtocol, (socket, peer) => this.secured(socket, peer));
  }

  /** The same as a socket, in which HTTP is to be spoken. */
  openSocket(signal: AbortSignal): Promise<TLSSocket> {
    return this.prove(signal, "http/1.1", (socket, peer) => this.checked(socket, peer));
  }

  private async prove<T>(
    signal: AbortSignal,
    protocol: string,
    ready: (socket: TLSSocket, peer: string) => T,
  ): Promise<T> {
    const { clock, limits } = this.options;
    const { host, port } = this;
    const secureContext = await this.context();
    const peer = hostPort(host, port);
    const { connectTimeoutMs, tlsHandshakeTimeoutMs } = limits;
    const plain = createConnection({ host, port, noDelay: true });
    const reaching: Opening = {
      peer,
      clock,
      signal,
      timeoutMs: connectTimeoutMs,
      tooLate: `no answer within connectTimeoutMs = ${connectTimeoutMs}`,
      explain: (error) => cannotConnect(peer, reason(error), error),
    };
    // The socket that is put on top of it has the same errors to tell.
    await opened(plain, "connect", reaching, () => plain.on("error", () => {}));
    const proving: Opening = {
      peer,
      clock,
      signal,
      timeoutMs: tlsHandshakeTimeoutMs,
      tooLate: `the TLS handshake took longer than tlsHandshakeTimeoutMs = ${tlsHandshakeTimeoutMs}`,
      explain: (error) => handshakeError(error, "server", this.minVersion, peer),
    };
    const socket = this.begin(plain, secureContext, protocol);
    return opened(socket, "secureConnect", proving, () => ready(socket, peer));
  }

  private get minVersion(): TlsVersion {
    return this.tls.minVersion ?? defaultMinVersion;
  }

  private begin(socket: Socket, secureContext: SecureContext, protocol: string): TLSSocket {
    return connect({
      socket,
      secureContext,
      servername: isIP(this.name) === 0 ? this.name : "",
      ALPNProtocols: [protocol],
      // A server that is not accepted is told why: `fault` decides, whatever the environment says.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
  }

  private secured(socket: TLSSocket, peer: string): Transport {
    const explain = (error: Error): Error => lostBecause(error, "server", this.minVersion, peer);
    const certificate = socket.getPeerX509Certificate();
    const tls = tlsPeer(socket, certificate);
    const facts = { peer, local: localText(socket, peer), isReader: false, tls, explain };
    const transport = new SocketTransport(socket, facts);
    const fault = this.fault(socket, certificate) ?? protocolFault(socket);
    if (fault === undefined) return transport;
    this.options.refuse(transport, `the client does not accept this: ${fault}`);
    throw cannotConnect(peer, fault);
  }

  private checked(socket: TLSSocket, peer: string): TLSSocket {
    socket.on("error", () => {});
    const fault = this.fault(socket, socket.getPeerX509Certificate());
    if (fault === undefined) return socket;
    socket.destroy();
    throw cannotConnect(peer, fault);
  }

  /** Why nothing may be sent to this server; undefined where it is the one that was asked for. */
  private fault(socket: TLSSocket, certificate: X509Certificate | undefined): string | undefined {
    if (certificate === undefined) return "the server has no certificate";
    if (!socket.authorized) {
      const code = String(socket.authorizationError);
      return `the server's certificate ${certificateFault(code, certificate, this.options.clock.wall())}`;
    }
    const fault = hostFault(this.name, certificate);
    return fault === undefined ? undefined : `the server's certificate ${fault}`;
  }

  private async context(): Promise<SecureContext> {
    const { tls, loaded } = this;
    try {
      const material = await readClientMaterial(tls);
      if (material.digest === loaded?.digest) return loaded.context;
      const common = commonOptions(material, tls.minVersion);
      const identities = material.pairs.map((pair) => createIdentity(pair, common));
      const context = identities[0]?.context ?? createContext(common, "tls");
      this.loaded = { context, digest: material.digest };
      const { clock, tell } = this.options;
      for (const event of expiryEvents(identities, clock, tls.expiryWarningDays ?? defaultWarningDays)) tell(event);
      return context;
    } catch (error) {
      if (loaded === undefined || !RpcError.is(error)) throw error;
      this.options.tell({ kind: "tls-reload-failed", error });
      return loaded.context;
    }
  }
}

function protocolFault({ alpnProtocol }: TLSSocket): string | undefined {
  if (alpnProtocol === applicationProtocol) return undefined;
  return `the server speaks TLS, but not ${applicationProtocol} inside of it (ALPN)`;
}
