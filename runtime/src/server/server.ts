/** Serves mounted services on a port, a path or a name, and closes in good order. */

import type { Admission } from "../call/admission.js";
import type { CodecName } from "../call/message-codec.js";
import type { Mount } from "../call/server-call.js";
import { validateMount } from "../call/validate.js";
import { Alarm, systemClock, type Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { createCounters, tell, type Counters, type RuntimeEvent } from "../events.js";
import { limitText, resolveLimits, type Limits } from "../limits.js";
import type { ConnectionEnd } from "../session/connection-end.js";
import { resolveKeepalive, type KeepaliveOptions } from "../session/keepalive.js";
import { turnAway } from "../session/turn-away.js";
import type { TlsListener, TlsRefusal } from "../transport/tls-server.js";
import type { ServerTls } from "../tls/tls-settings.js";
import type { Listener, Transport } from "../transport/transport.js";
import { implementation } from "../implementation.js";
import { createRoutes, type RouteTable } from "./binding.js";
import { checkServices } from "./check-services.js";
import { Changes } from "../changes.js";
import { HealthBoard } from "./health.js";
import { HealthKeeper } from "./health-keeper.js";
import type { CloseOptions } from "./close-options.js";
import { drainOnSignals } from "./drain-on-signals.js";
import { openPolicyGuard, type PolicyGuard } from "./policy-guard.js";
import { printUnforeseen } from "./print-unforeseen.js";
import { interceptMount } from "./intercept.js";
import { openListener, type PlaceSink } from "./open-listener.js";
import { RegistryEntries, type RegisterOptions } from "./registry-entries.js";
import type { Server, ServeOptions } from "./serve-options.js";
import { ServerSession, type SessionOwner } from "./server-session.js";
import type { ServerWatch } from "./server-watch.js";

const allCodecs: readonly CodecName[] = ["protobuf", "json"];
const defaultGraceMs = 10_000;
const defaultKeepalive: KeepaliveOptions = { intervalMs: 7_200_000, timeoutMs: 20_000, whileIdle: true };

class RunningServer implements Server, SessionOwner, PlaceSink {
  readonly counters: Counters;
  readonly health: HealthBoard;
  private readonly healthKeeper: HealthKeeper;
  private routes: ReadonlyMap<string, RouteTable>;
  readonly exposesErrors: boolean;
  private readonly options: ServeOptions;
  private readonly guard: PolicyGuard | undefined;
  private readonly watch: ServerWatch | undefined;
  private readonly codecs: readonly CodecName[];
  private readonly clock: Clock;
  private readonly limits: Limits;
  private readonly keepalive: KeepaliveOptions | undefined;
  private readonly sessions = new Set<ServerSession>();
  private listener: Listener | TlsListener | undefined;
  private readonly connectionsByHost = new Map<string, number>();
  private readonly grace: Alarm;
  private readonly entries: RegistryEntries | undefined;
  private graceMs = defaultGraceMs;
  private closing: Promise<void> | undefined;
  private isDraining = false;
  private hurry: Alarm | undefined;
  private forgetSignals = (): void => {};
  private whenEmpty: (() => void) | undefined;
  private whenGraceOver: (() => void) | undefined;

  constructor(
    options: ServeOptions,
    counters: Counters,
    guard: PolicyGuard | undefined,
    watch: ServerWatch | undefined,
  ) {
    this.options = options;
    this.counters = counters;
    this.guard = guard;
    this.watch = watch;
    this.clock = options.clock ?? options.network?.clock ?? systemClock;
    this.grace = new Alarm(this.clock, () => this.whenGraceOver?.());
    this.limits = resolveLimits(options.limits);
    this.keepalive = resolveKeepalive(options.keepalive, defaultKeepalive);
    this.exposesErrors = options.exposeErrors === true;
    this.codecs = checkCodecs(options.codecs);
    const mounts = options.services.map((mount) => {
      const valid = options.validate === false ? mount : validateMount(mount);
      // Policies stand innermost, so that whoever guards a handler looks at calls that are answered from memory, too.
      return interceptMount(valid, [...(options.interceptors ?? []), ...(guard === undefined ? [] : [guard.stack])]);
    });
    const { registry, health, register } = options;
    const names = options.services.map(({ service }) => service.name);
    this.health = new HealthBoard(names, new Changes(this.clock));
    this.healthKeeper = new HealthKeeper(this.health, this.clock, health === false ? undefined : health);
    if (register !== undefined) this.entries = this.entriesOf(register, names);
    this.routes = new Map(this.codecs.map((codec) => [codec, createRoutes(mounts, codec, { registry })]));
  }

  async listen(): Promise<this> {
    await this.mountBuiltIns();
    this.listener = await openListener(this.options, this.clock, this.limits, this);
    this.healthKeeper.start();
    try {
      await this.entries?.start(this.address);
    } catch (error) {
      await this.close({ graceMs: 0, unreadyMs: 0 });
      throw error;
    }
    if (this.options.signals === true) this.forgetSignals = drainOnSignals(this);
    return this;
  }

  private entriesOf(register: RegisterOptions, services: readonly string[]): RegistryEntries {
    const { clock, health, options } = this;
    return new RegistryEntries(register, services, { clock, health, tell: (event) => tell(options.observe, event) });
  }

  // Loaded when a server starts: a program that only calls does not pay for it.
  private async mountBuiltIns(): Promise<void> {
    const { services, health, reflection } = this.options;
    const mounts: Mount[] = [];
    if (health !== false) {
      const { builtInMounts } = await import("./built-in.js");
      mounts.push(...builtInMounts(this.health, this.clock, this.counters));
    }
    if (reflection === true) {
      const { reflectionMount } = await import("./reflection-service.js");
      mounts.push(reflectionMount([...services, ...mounts]));
    }
    const routesOf = (codec: CodecName): RouteTable => createRoutes(mounts, codec, { isBuiltIn: true });
    // A service of the application's own takes the place of a built-in one of the same name.
    this.routes = new Map(this.codecs.map((codec) => [codec, new Map([...routesOf(codec), ...this.routesIn(codec)])]));
  }

  get address(): string {
    return this.listener?.address ?? "";
  }

  get admission(): Admission | undefined {
    return this.guard?.stack;
  }

  opened(transport: Transport): void {
    const reason = this.refusal(transport);
    if (reason !== undefined) {
      this.counters.connectionsRefused++;
      const code = this.isDraining ? "no-error" : "limit-exceeded";
      turnAway(transport, code, reason, this.clock, this.limits.lingerMs);
      tell(this.options.observe, { kind: "connection-refused", peer: transport.peer, reason });
      return;
    }
    const { clock, limits, keepalive, counters } = this;
    const settings = { clock, limits, keepalive, counters, implementation, codecs: this.codecs };
    const session = this.watch?.open(transport, settings, this) ?? new ServerSession(transport, settings, this);
    this.sessions.add(session);
    this.countHost(transport.peerHost, 1);
    counters.connectionsOpened++;
    counters.connectionsOpen++;
    session.connection.start();
    tell(this.options.observe, { kind: "connection-opened", peer: transport.peer });
  }

  refused(transport: Transport, { code, why }: TlsRefusal): void {
    turnAway(transport, code, why, this.clock, this.limits.lingerMs);
    const { peer } = transport;
    this.handshakeFailed(peer, new RpcError(code === "certificate" ? "unauthenticated" : "unavailable", why, { peer }));
  }

  handshakeFailed(peer: string, error: RpcError): void {
    this.counters.handshakesFailed++;
    tell(this.options.observe, { kind: "handshake-failed", peer, error });
  }

  turnedAway(peer: string, reason: string): void {
    this.counters.connectionsRefused++;
    tell(this.options.observe, { kind: "connection-refused", peer, reason });
  }

  hostClosing(): void {
    void this.close();
  }

  tlsEvent(event: RuntimeEvent): void {
    tell(this.options.observe, event);
  }

  async reloadTls(tls?: ServerTls): Promise<void> {
    const { listener } = this;
    if (listener === undefined || !("reload" in listener)) {
      throw new RpcError("failed-precondition", "this server does not speak TLS");
    }
    await listener.reload(tls);
  }

  routesIn(codec: string): RouteTable {
    return this.routes.get(codec) ?? new Map();
  }

  failed(error: Error): void {
    tell(this.options.observe, { kind: "accept-failed", address: this.address, error });
  }

  handlerFailed(path: string, peer: string, thrown: unknown): void {
    tell(this.options.observe, { kind: "handler-failed", method: path, peer, thrown });
    try {
      (this.options.onError ?? printUnforeseen)(thrown, path);
    } catch {
      // Like an observer, it may not break what it watches.
    }
  }

  sessionClosed(session: ServerSession, end: ConnectionEnd): void {
    if (!this.sessions.delete(session)) return;
    this.countHost(session.connection.peerHost, -1);
    this.counters.connectionsOpen--;
    const peer = session.peer.address;
    const error = end.code === "no-error" ? undefined : new RpcError("unavailable", end.reason, { peer });
    tell(this.options.observe, { kind: "connection-closed", peer, error });
    if (this.sessions.size === 0) this.whenEmpty?.();
  }

  close(options: CloseOptions = {}): Promise<void> {
    const { graceMs } = options;
    if (this.closing === undefined) {
      this.graceMs = graceMs ?? defaultGraceMs;
      this.closing = this.shutDown(options.unreadyMs ?? this.options.unreadyMs ?? 0);
    } else if (graceMs !== undefined) {
      this.graceMs = Math.min(this.graceMs, graceMs);
      const until = this.clock.now() + graceMs;
      if (this.isDraining) this.grace.noLaterThan(until);
      else this.hurry?.noLaterThan(until);
    }
    return this.closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Why a transport is turned away; undefined where it is welcome. */
  private refusal({ peerHost }: Transport): string | undefined {
    const { connectionsMax, connectionsPerHostMax } = this.limits;
    if (this.isDraining) return "closing";
    if (this.sessions.size >= connectionsMax) {
      return limitText("the number of connections", "connectionsMax", connectionsMax);
    }
    if (peerHost !== undefined && (this.connectionsByHost.get(peerHost) ?? 0) >= connectionsPerHostMax) {
      return limitText(`the number of connections from ${peerHost}`, "connectionsPerHostMax", connectionsPerHostMax);
    }
    return undefined;
  }

  private countHost(host: string | undefined, by: 1 | -1): void {
    if (host === undefined) return;
    const count = (this.connectionsByHost.get(host) ?? 0) + by;
    if (count === 0) this.connectionsByHost.delete(host);
    else this.connectionsByHost.set(host, count);
  }

  private async shutDown(unreadyMs: number): Promise<void> {
    const { address } = this;
    let callsCut = 0;
    tell(this.options.observe, { kind: "drain-started", address });
    this.healthKeeper.stop();
    this.health.leave();
    if (this.entries !== undefined || unreadyMs > 0) await this.leave(unreadyMs);
    this.isDraining = true;
    this.grace.noLaterThan(this.clock.now() + this.graceMs);
    const released = this.listener?.close();
    for (const session of this.sessions) session.connection.drain("the server is closing");
    this.health.changes.end();
    if (!(await this.emptyInTime())) {
      callsCut = this.counters.callsOpen;
      this.grace.noLaterThan(this.clock.now() + this.limits.lingerMs);
      for (const session of this.sessions)
        session.abortCalls("unavailable", "the server closed before the call was over");
      if (!(await this.emptyInTime())) {
        for (const session of this.sessions) session.connection.destroy("the server closed");
      }
    }
    this.grace.cancel();
    this.forgetSignals();
    await released;
    this.guard?.close();
    tell(this.options.observe, { kind: "drain-ended", address, callsCut });
    this.watch?.closed();
  }

  /** Takes the server out of its registry and lets clients turn away, while it goes on as before. */
  private async leave(unreadyMs: number): Promise<void> {
    let isHurried = false;
    let stop = (): void => {};
    const hurried = new Promise<void>((resolve) => (stop = resolve));
    const hurry = (this.hurry = new Alarm(this.clock, () => {
      isHurried = true;
      stop();
    }));
    await Promise.race([this.entries?.close(), hurried]);
    if (unreadyMs > 0 && !isHurried) {
      hurry.noLaterThan(this.clock.now() + unreadyMs);
      await hurried;
    }
    hurry.cancel();
  }

  /** Whether the last session closed before the grace was over. */
  private emptyInTime(): Promise<boolean> {
    if (this.sessions.size === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.whenEmpty = () => resolve(true);
      this.whenGraceOver = () => resolve(false);
    });
  }
}

/**
 * Starts to serve. Fails with `invalid-argument` for options that make no sense and for handlers that lack a method,
 * `already-exists` where two services have the same name, `unavailable` where the address cannot be listened at.
 */
export async function serve(options: ServeOptions): Promise<Server> {
  checkServices(options.services);
  const services = options.services.map(({ service }) => service);
  const clock = options.clock ?? options.network?.clock ?? systemClock;
  const counters = createCounters();
  const watch = await watchOf(options, clock, counters);
  const watched = watch?.options ?? options;
  let guard: PolicyGuard | undefined;
  try {
    guard = await openPolicyGuard(watched, services, clock, watched.observe);
    return await new RunningServer(watched, counters, guard, watch).listen();
  } catch (error) {
    guard?.close();
    watch?.closed();
    throw error;
  }
}

// Loaded where anybody watches: who does not, does not carry it.
async function watchOf(options: ServeOptions, clock: Clock, counters: Counters): Promise<ServerWatch | undefined> {
  const { instruments = [] } = options;
  if (instruments.length === 0) return undefined;
  const { openServerWatch } = await import("./server-watch.js");
  return openServerWatch(options, instruments, clock, counters);
}

function checkCodecs(codecs: readonly CodecName[] = allCodecs): readonly CodecName[] {
  const given: readonly string[] = codecs;
  if (given.length > 0 && given.every((name) => allCodecs.some((codec) => codec === name))) return codecs;
  throw new RpcError("invalid-argument", `codecs wants one or more of ${allCodecs.join(" and ")}`);
}
