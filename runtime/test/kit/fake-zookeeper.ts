/** A ZooKeeper server in this process: one tree, sessions that expire, watches that fire once, and ways to misbehave. */

import type { Clock, Timer } from "../../src/clock.js";
import { FrameSplitter } from "../../src/registry/zookeeper/frame-splitter.js";
import { JuteReader, JuteWriter } from "../../src/registry/zookeeper/jute.js";
import type { OpenSocket, SocketSink } from "../../src/registry/zookeeper/socket.js";

interface Node {
  data: Uint8Array;
  version: number;
  readonly owner: bigint;
  readonly children: Set<string>;
}

interface Session {
  readonly id: bigint;
  readonly timeoutMs: number;
  connection: FakeConnection | undefined;
  timer: Timer | undefined;
}

const noNode = -101;
const badVersion = -103;
const nodeExists = -110;
const authFailed = -115;

class Refusal extends Error {
  readonly number: number;

  constructor(number: number) {
    super(`error ${number}`);
    this.number = number;
  }
}

export class FakeZookeeper {
  /** Changes what leaves the server, frame by frame; undefined keeps it back. */
  mangle: ((frame: Uint8Array) => Uint8Array | undefined) | undefined;
  /** Is shown every connection as it comes. */
  opened: ((connection: FakeConnection) => void) | undefined;
  /** What digest authentication has to say; undefined takes all. */
  credentials: string | undefined;
  /** How long it says that sessions live; as long as they really do where undefined. */
  saidMs: number | undefined;
  /** How long sessions really live; what clients ask for, 100 ms at least, where undefined. */
  livesMs: number | undefined;
  /** Answers to pings only. */
  isMute = false;
  readonly connections = new Set<FakeConnection>();
  connectionsSeen = 0;
  requestsSeen = 0;
  pingsSeen = 0;
  private readonly clock: Clock;
  private isUp = true;
  private zxid = 1n;
  private ids = 100n;
  private nodes = emptyTree();
  private readonly sessions = new Map<bigint, Session>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** What the client opens instead of TCP sockets. */
  readonly openSocket: OpenSocket = (_host, _port, sink) => {
    if (!this.isUp) {
      this.clock.endOfTurn(() => sink.closed(new Error("connect ECONNREFUSED")));
      return { write: () => {}, destroy: () => {} };
    }
    this.connectionsSeen++;
    const connection = new FakeConnection(this, sink, this.clock);
    this.connections.add(connection);
    this.opened?.(connection);
    return connection;
  };

  get paths(): readonly string[] {
    return [...this.nodes.keys()];
  }

  /** The sessions that live. */
  get sessionIds(): readonly bigint[] {
    return [...this.sessions.keys()];
  }

  text(path: string): string | undefined {
    const node = this.nodes.get(path);
    return node === undefined ? undefined : new TextDecoder().decode(node.data);
  }

  /** As a machine that loses its power: connections break, sessions and data stay. */
  kill(): void {
    this.isUp = false;
    for (const { timer } of this.sessions.values()) timer?.cancel();
    this.cut();
  }

  /** Comes back; sessions begin to count down anew. */
  start(): void {
    this.isUp = true;
    for (const session of this.sessions.values()) this.touch(session);
  }

  /** Loses everything; while it is down. */
  wipe(): void {
    this.nodes = emptyTree();
    this.sessions.clear();
    this.zxid = 1n;
  }

  /** Breaks all connections. */
  cut(): void {
    for (const connection of [...this.connections]) connection.destroy();
  }

  /** Ends a session as if its client had not been heard of. */
  expire(id: bigint): void {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    this.sessions.delete(id);
    session.timer?.cancel();
    for (const [path, { owner }] of [...this.nodes]) if (owner === id) this.remove(path, -1);
    session.connection?.destroy();
  }

  /** Writes a node as another client would. */
  put(path: string, data: Uint8Array | string, owner = 0n): void {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    const parts = path.split("/");
    for (let i = 2; i < parts.length; i++) {
      const parent = parts.slice(0, i).join("/");
      if (!this.nodes.has(parent)) this.create(parent, new Uint8Array(0), 0n);
    }
    if (this.nodes.has(path)) this.set(path, bytes, -1);
    else this.create(path, bytes, owner);
  }

  /** Takes a node away as another client would. */
  take(path: string): void {
    this.remove(path, -1);
  }

  greet(connection: FakeConnection, reader: JuteReader): void {
    reader.int();
    const lastZxid = reader.long();
    const askedMs = Math.max(100, reader.int());
    const timeoutMs = this.livesMs ?? askedMs;
    const id = reader.long();
    // A server that is behind its client hangs up.
    if (lastZxid > this.zxid) return connection.destroy();
    const known = this.sessions.get(id);
    if (id !== 0n && known === undefined) {
      connection.send(new JuteWriter().int(0).int(0).long(0n).buffer(new Uint8Array(16)));
      return connection.destroy();
    }
    const session = known ?? { id: this.ids++, timeoutMs, connection, timer: undefined };
    if (session.connection !== connection) session.connection?.destroy();
    session.connection = connection;
    connection.session = session;
    this.sessions.set(session.id, session);
    this.touch(session);
    const saidMs = this.saidMs ?? session.timeoutMs;
    connection.send(new JuteWriter().int(0).int(saidMs).long(session.id).buffer(new Uint8Array(16).fill(7)));
  }

  answer(connection: FakeConnection, session: Session, reader: JuteReader): void {
    this.touch(session);
    const [xid, op] = [reader.int(), reader.int()];
    if (op === 11) this.pingsSeen++;
    if (op === 11) return connection.send(header(-2, this.zxid, 0));
    if (op === 100) {
      reader.int();
      const [scheme, proof] = [reader.text(), reader.text()];
      const isGood = this.credentials === undefined || (scheme === "digest" && proof === this.credentials);
      connection.send(header(-4, this.zxid, isGood ? 0 : authFailed));
      return isGood ? undefined : connection.destroy();
    }
    this.requestsSeen++;
    if (this.isMute) return;
    if (op === -11) {
      connection.send(header(xid, this.zxid, 0));
      return this.expire(session.id);
    }
    try {
      const write = this.run(connection, session, op, reader);
      const reply = header(xid, this.zxid, 0);
      write(reply);
      connection.send(reply);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      connection.send(header(xid, this.zxid, error.number));
    }
  }

  private run(
    connection: FakeConnection,
    session: Session,
    op: number,
    reader: JuteReader,
  ): (reply: JuteWriter) => void {
    const path = op === 14 ? "" : reader.text();
    switch (op) {
      case 1: {
        const data = reader.buffer().slice();
        for (let left = reader.int(); left > 0; left--) {
          reader.int();
          reader.text();
          reader.text();
        }
        this.create(path, data, (reader.int() & 1) === 1 ? session.id : 0n);
        return (reply) => reply.text(path);
      }
      case 2:
        this.remove(path, reader.int());
        return () => {};
      case 3: {
        if (reader.bool()) connection.dataWatches.add(path);
        const node = this.find(path);
        return (reply) => stat(reply, node);
      }
      case 4: {
        const isWatched = reader.bool();
        const node = this.find(path);
        if (isWatched) connection.dataWatches.add(path);
        return (reply) => stat(reply.buffer(node.data), node);
      }
      case 5: {
        const data = reader.buffer().slice();
        const node = this.set(path, data, reader.int());
        return (reply) => stat(reply, node);
      }
      case 12: {
        const isWatched = reader.bool();
        const node = this.find(path);
        if (isWatched) connection.childWatches.add(path);
        return (reply) => {
          reply.int(node.children.size);
          for (const name of node.children) reply.text(name);
          stat(reply, node);
        };
      }
      case 14:
        return this.runAll(session, reader);
      default:
        throw new Refusal(-6);
    }
  }

  // A removal and a creation as one change, which is all that is asked for.
  private runAll(session: Session, reader: JuteReader): (reply: JuteWriter) => void {
    reader.int();
    reader.bool();
    reader.int();
    const [path, version] = [reader.text(), reader.int()];
    reader.int();
    reader.bool();
    reader.int();
    const [made, data] = [reader.text(), reader.buffer().slice()];
    const end = (reply: JuteWriter): void => void reply.int(-1).bool(true).int(-1);
    const node = this.nodes.get(path);
    if (node === undefined || node.version !== version) {
      return (reply) => {
        for (const error of [node === undefined ? noNode : badVersion, -2])
          reply.int(-1).bool(false).int(error).int(error);
        end(reply);
      };
    }
    this.remove(path, version);
    this.create(made, data, session.id);
    return (reply) => {
      reply.int(2).bool(false).int(0).int(1).bool(false).int(0).text(made);
      end(reply);
    };
  }

  private create(path: string, data: Uint8Array, owner: bigint): void {
    if (this.nodes.has(path)) throw new Refusal(nodeExists);
    const [parent, name] = splitPath(path);
    this.find(parent).children.add(name);
    this.nodes.set(path, { data, version: 0, owner, children: new Set() });
    this.zxid++;
    this.fire("dataWatches", path, 1);
    this.fire("childWatches", parent, 4);
  }

  private set(path: string, data: Uint8Array, version: number): Node {
    const node = this.find(path);
    if (version !== -1 && version !== node.version) throw new Refusal(badVersion);
    node.data = data;
    node.version++;
    this.zxid++;
    this.fire("dataWatches", path, 3);
    return node;
  }

  private remove(path: string, version: number): void {
    const node = this.find(path);
    if (version !== -1 && version !== node.version) throw new Refusal(badVersion);
    const [parent, name] = splitPath(path);
    this.nodes.delete(path);
    this.find(parent).children.delete(name);
    this.zxid++;
    this.fire("dataWatches", path, 2);
    this.fire("childWatches", path, 2);
    this.fire("childWatches", parent, 4);
  }

  private find(path: string): Node {
    const node = this.nodes.get(path);
    if (node === undefined) throw new Refusal(noNode);
    return node;
  }

  private fire(kind: "dataWatches" | "childWatches", path: string, type: number): void {
    for (const connection of this.connections) {
      if (!connection[kind].delete(path)) continue;
      connection.send(header(-1, -1n, 0).int(type).int(3).text(path));
    }
  }

  private touch(session: Session): void {
    session.timer?.cancel();
    session.timer = this.clock.timer(session.timeoutMs, () => this.expire(session.id));
  }
}

/** One client's connection, seen from the server; for the client it is a socket. */
export class FakeConnection {
  session: Session | undefined;
  readonly dataWatches = new Set<string>();
  readonly childWatches = new Set<string>();
  private readonly server: FakeZookeeper;
  private readonly sink: SocketSink;
  private readonly clock: Clock;
  private readonly splitter = new FrameSplitter(1_048_576);
  private isOpen = true;

  constructor(server: FakeZookeeper, sink: SocketSink, clock: Clock) {
    this.server = server;
    this.sink = sink;
    this.clock = clock;
    clock.endOfTurn(() => {
      if (this.isOpen) sink.opened();
    });
  }

  /** The client has sent something. */
  write(bytes: Uint8Array): void {
    const copy = bytes.slice();
    this.clock.endOfTurn(() => {
      if (this.isOpen) this.splitter.push(copy, (frame) => this.take(new JuteReader(frame)));
    });
  }

  send(record: JuteWriter): void {
    const frame = record.frame();
    const bytes = this.server.mangle === undefined ? frame : this.server.mangle(frame);
    if (bytes !== undefined) this.sendRaw(bytes);
  }

  /** Bytes as they are, in any form. */
  sendRaw(bytes: Uint8Array): void {
    this.clock.endOfTurn(() => {
      if (this.isOpen) this.sink.bytes(bytes);
    });
  }

  destroy(): void {
    if (!this.server.connections.delete(this)) return;
    if (this.session?.connection === this) this.session.connection = undefined;
    this.clock.endOfTurn(() => {
      this.isOpen = false;
      this.sink.closed(undefined);
    });
  }

  private take(reader: JuteReader): void {
    if (this.session === undefined) this.server.greet(this, reader);
    else this.server.answer(this, this.session, reader);
  }
}

function emptyTree(): Map<string, Node> {
  return new Map([["", { data: new Uint8Array(0), version: 0, owner: 0n, children: new Set<string>() }]]);
}

function header(xid: number, zxid: bigint, error: number): JuteWriter {
  return new JuteWriter().int(xid).long(zxid).int(error);
}

function stat(writer: JuteWriter, { data, version, owner, children }: Node): JuteWriter {
  for (let i = 0; i < 4; i++) writer.long(1n);
  return writer.int(version).int(0).int(0).long(owner).int(data.length).int(children.size).long(1n);
}

function splitPath(path: string): readonly [string, string] {
  const slash = path.lastIndexOf("/");
  return [path.slice(0, slash), path.slice(slash + 1)];
}
