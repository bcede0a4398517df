/** Starts servers and clients on the memory transport and a virtual clock, and ends them with the test. */

import { it, onTestFinished } from "vitest";
import {
  connect,
  serve,
  type ClientChannel,
  type ConnectOptions,
  type Server,
  type ServeOptions,
} from "../../src/index.js";
import {
  createEchoClient,
  EchoService,
  mountEcho,
  type EchoClient,
  type EchoHandler,
  type Note,
} from "./echo-service.js";
import { bindFrame, rawClient, rawServer, type RawPeer } from "./raw-peer.js";
import { openWeb } from "./web-client.js";
import { VirtualClock } from "../../src/testing/virtual-clock.js";

let number = 0;
let isWeb = false;

/** From now on the client under test is the small one for browsers: for files that run the tests of others with it. */
export function useWebClient(): void {
  isWeb = true;
}

/** Whether the client under test is that one. */
export const isWebClient = (): boolean => isWeb;

/** A test of what the small client for browsers leaves out, or says in other words. */
export function itInNode(name: string, run: () => Promise<void>): void {
  if (!isWeb) it(name, run);
}

function open(name: string, options: ConnectOptions, clock: VirtualClock): ClientChannel {
  return isWeb && options.interceptors === undefined
    ? openWeb(name, { ...options, clock })
    : connect(`memory:${name}`, { ...options, clock });
}

/** A promise that never settles, for handlers that hang. */
export const never = (): Promise<never> => new Promise(() => {});

/** A name that no other test of this process uses. */
export const freshName = (): string => `test-${++number}`;

export interface ServerSetup {
  readonly clock: VirtualClock;
  readonly server: Server;
  /** A connection played by hand. */
  readonly client: RawPeer;
  /** One more. */
  readonly another: () => RawPeer;
}

/** A server under test, and a client that is played by hand. */
export async function serverUnderTest(
  handler: Partial<EchoHandler> = {},
  options: Partial<ServeOptions> = {},
): Promise<ServerSetup> {
  const clock = new VirtualClock();
  const memory = freshName();
  const server = await serve({ memory, services: [mountEcho(handler)], clock, onError: () => {}, ...options });
  onTestFinished(() => endServer(server, clock));
  const another = (): RawPeer => rawClient(memory, clock);
  return { clock, server, client: another(), another };
}

/** The same, after preface, HELLO and BIND of the echo service: its methods are m0 echo, m1 count, m2 sum, m3 chat, m4 log. */
export async function boundServerUnderTest(
  handler: Partial<EchoHandler> = {},
  options: Partial<ServeOptions> = {},
): Promise<ServerSetup> {
  const setup = await serverUnderTest(handler, options);
  await setup.client.send("PREFACE", "HELLO", bindFrame(EchoService));
  setup.client.take();
  return setup;
}

export interface ClientSetup {
  readonly clock: VirtualClock;
  readonly channel: ClientChannel;
  readonly echo: EchoClient;
  /** The connections that the client has opened, played by hand. */
  readonly peers: RawPeer[];
  /** The newest of them, once the client has connected. */
  peer(): RawPeer;
}

/** A client under test, and a server that is played by hand. */
export function clientUnderTest(options: ConnectOptions = {}): ClientSetup {
  const clock = new VirtualClock();
  const name = freshName();
  const { peers, listener } = rawServer(name, clock);
  const channel = open(name, { keepalive: false, ...options }, clock);
  onTestFinished(async () => {
    await listener.close();
    await endChannel(channel, clock);
  });
  return {
    clock,
    channel,
    echo: createEchoClient(channel),
    peers,
    peer: () => {
      const newest = peers.at(-1);
      if (newest === undefined) throw new Error("the client has not connected");
      return newest;
    },
  };
}

/** A call under way, after HELLO. */
export async function callUnderWay(options: ConnectOptions = {}): Promise<ClientSetup & { call: Watched<Note> }> {
  const setup = clientUnderTest({ defaultTimeoutMs: Infinity, ...options });
  const call = watch(setup.echo.echo({ text: "a", count: 1 }));
  await setup.clock.settle();
  await setup.peer().send("PREFACE", "HELLO");
  setup.peer().take();
  return { ...setup, call };
}

export interface PairSetup {
  readonly clock: VirtualClock;
  readonly server: Server;
  readonly channel: ClientChannel;
  readonly echo: EchoClient;
}

/** A real server and a real client, with time in the test's hand. */
export async function pairUnderTest(
  handler: Partial<EchoHandler> = {},
  serveOptions: Partial<ServeOptions> = {},
  connectOptions: ConnectOptions = {},
): Promise<PairSetup> {
  const clock = new VirtualClock();
  const memory = freshName();
  const server = await serve({ memory, services: [mountEcho(handler)], clock, onError: () => {}, ...serveOptions });
  const channel = open(memory, connectOptions, clock);
  onTestFinished(async () => {
    await endChannel(channel, clock);
    await endServer(server, clock);
  });
  return { clock, server, channel, echo: createEchoClient(channel) };
}

/** What a promise is rejected with; fails where it is not. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`expected a failure, got ${JSON.stringify(value)}`);
}

/** What has become of a promise so far. */
export interface Watched<T> {
  value: T | undefined;
  error: unknown;
  isSettled: boolean;
}

/** Watches a promise without waiting for it. */
export function watch<T>(promise: Promise<T>): Watched<T> {
  const seen: Watched<T> = {
    value: undefined,
    error: undefined,
    isSettled: false,
  };
  promise.then(
    (value) => Object.assign(seen, { value, isSettled: true }),
    (error: unknown) => Object.assign(seen, { error, isSettled: true }),
  );
  return seen;
}

async function endServer(server: Server, clock: VirtualClock): Promise<void> {
  const closed = server.close({ graceMs: 0 });
  await clock.advance(10_000);
  await closed;
}

async function endChannel(channel: ClientChannel, clock: VirtualClock): Promise<void> {
  const closed = channel.close();
  await clock.advance(20_000);
  await closed;
}
