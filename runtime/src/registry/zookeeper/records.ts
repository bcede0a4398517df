/** The requests of ZooKeeper that the registry needs, as values that write their record and read the answer to it. */

import { RpcError } from "../../error/rpc-error.js";
import { plainText } from "../../error/plain-text.js";
import type { StatusCode } from "../../error/status.js";
import type { JuteReader } from "./jute.js";
import { JuteWriter } from "./jute.js";

/** Numbers that stand in the place of a request's own. */
export const eventXid = -1;
export const pingXid = -2;
export const authXid = -4;

const pingOp = 11;
const authOp = 100;

/** One request. */
export interface Operation<T> {
  readonly op: number;
  /** For people, for instance `create /rpcgen`. */
  readonly text: string;
  write(writer: JuteWriter): void;
  read(reader: JuteReader): T;
}

/** What is known of a node beside its data. */
export interface Stat {
  /** How often its data have been set. */
  readonly version: number;
  /** The session that it lives and dies with; 0n for persistent ones. */
  readonly ephemeralOwner: bigint;
}

/** Who may do what with a node. */
export interface Acl {
  readonly permissions: number;
  readonly scheme: string;
  readonly id: string;
}

const readPermission = 1;
const allPermissions = 31;

/** Everybody may do everything: ZooKeeper's default. */
export const openAcl: readonly Acl[] = [{ permissions: allPermissions, scheme: "world", id: "anyone" }];

/** Everybody may read; only who has proved to be its creator may do more. */
export const creatorAcl: readonly Acl[] = [
  { permissions: allPermissions, scheme: "auth", id: "" },
  { permissions: readPermission, scheme: "world", id: "anyone" },
];

/** Makes a node; fails with `already-exists`, and with `not-found` where its parent is missing. */
export function create(path: string, data: Uint8Array, isEphemeral: boolean, acl: readonly Acl[]): Operation<string> {
  return {
    op: 1,
    text: `create ${path}`,
    write: (writer) => {
      writer.text(path).buffer(data).int(acl.length);
      for (const { permissions, scheme, id } of acl) writer.int(permissions).text(scheme).text(id);
      writer.int(isEphemeral ? 1 : 0);
    },
    read: (reader) => reader.text(),
  };
}

/** Takes a node away; fails with `not-found`. Version -1 means whatever its version is. */
export function remove(path: string, version: number): Operation<void> {
  return { op: 2, text: `delete ${path}`, write: (writer) => void writer.text(path).int(version), read: () => {} };
}

/**
 * Takes a node away and makes it anew as one change, so that nobody sees it gone. The answer is 0, or the number of the error
 * for which nothing was changed.
 */
export function replace(path: string, version: number, made: Operation<string>): Operation<number> {
  const removed = remove(path, version);
  return {
    op: 14,
    text: `replace ${path}`,
    write: (writer) => {
      for (const part of [removed, made]) {
        writer.int(part.op).bool(false).int(-1);
        part.write(writer);
      }
      writer.int(-1).bool(true).int(-1);
    },
    read: (reader) => {
      let error = 0;
      for (;;) {
        const [type, isEnd] = [reader.int(), reader.bool()];
        reader.int();
        if (isEnd) return error;
        // What was not tried because another part failed has an error of its own, -2.
        const found = type === -1 ? reader.int() : 0;
        if (error === 0 || error === -2) error = found === 0 ? error : found;
        if (type === made.op) reader.text();
      }
    },
  };
}

/** Whether there is a node; with `isWatched` the session hears once when it comes, goes or changes. Fails with `not-found`. */
export function exists(path: string, isWatched: boolean): Operation<Stat> {
  return {
    op: 3,
    text: `look for ${path}`,
    write: (writer) => void writer.text(path).bool(isWatched),
    read: readStat,
  };
}

/** A node's data; fails with `not-found`. */
export function getData(
  path: string,
  isWatched: boolean,
): Operation<{ readonly data: Uint8Array; readonly stat: Stat }> {
  return {
    op: 4,
    text: `read ${path}`,
    write: (writer) => void writer.text(path).bool(isWatched),
    read: (reader) => ({ data: reader.buffer(), stat: readStat(reader) }),
  };
}

/** Replaces a node's data; fails with `aborted` where its version is another one. */
export function setData(path: string, data: Uint8Array, version: number): Operation<Stat> {
  return {
    op: 5,
    text: `write ${path}`,
    write: (writer) => void writer.text(path).buffer(data).int(version),
    read: readStat,
  };
}

/** The names of a node's children, in no order; fails with `not-found`. */
export function getChildren(path: string, isWatched: boolean): Operation<readonly string[]> {
  return {
    op: 12,
    text: `list ${path}`,
    write: (writer) => void writer.text(path).bool(isWatched),
    read: (reader) => {
      const names = reader.texts();
      readStat(reader);
      return names;
    },
  };
}

/** Ends the session, and takes its ephemeral nodes away. */
export const closeSession: Operation<void> = { op: -11, text: "end the session", write: () => {}, read: () => {} };

/** A whole frame with this request in it. */
export function requestFrame(xid: number, operation: Operation<unknown>): Uint8Array {
  const writer = new JuteWriter().int(xid).int(operation.op);
  operation.write(writer);
  return writer.frame();
}

export function pingFrame(): Uint8Array {
  return new JuteWriter().int(pingXid).int(pingOp).frame();
}

/** Says who the session is: `digest` takes `user:password`. */
export function authFrame(scheme: string, proof: string): Uint8Array {
  return new JuteWriter().int(authXid).int(authOp).int(0).text(scheme).text(proof).frame();
}

/** What a client says first. */
export interface Hello {
  readonly lastZxid: bigint;
  readonly timeoutMs: number;
  /** 0n asks for a new session. */
  readonly sessionId: bigint;
  readonly password: Uint8Array;
}

export function helloFrame({ lastZxid, timeoutMs, sessionId, password }: Hello): Uint8Array {
  return new JuteWriter().int(0).long(lastZxid).int(timeoutMs).long(sessionId).buffer(password).bool(false).frame();
}

/** What the server answers to it. */
export interface Welcome {
  /** 0 or less where the session that was asked for is over. */
  readonly timeoutMs: number;
  readonly sessionId: bigint;
  readonly password: Uint8Array;
}

export function readWelcome(reader: JuteReader): Welcome {
  reader.int();
  const timeoutMs = reader.int();
  const sessionId = reader.long();
  // A copy: the frame's memory is let go of, this is kept.
  const password = reader.buffer().slice();
  return { timeoutMs, sessionId, password };
}

/** What stands in front of every answer. */
export interface ReplyHeader {
  readonly xid: number;
  readonly zxid: bigint;
  /** 0, or one of ZooKeeper's error numbers. */
  readonly error: number;
}

export function readReplyHeader(reader: JuteReader): ReplyHeader {
  return { xid: reader.int(), zxid: reader.long(), error: reader.int() };
}

/** A node that was watched has come, gone or changed, or its children have. */
export function readEventPath(reader: JuteReader): string {
  reader.int();
  reader.int();
  return reader.text();
}

function readStat(reader: JuteReader): Stat {
  for (let i = 0; i < 4; i++) reader.long();
  const version = reader.int();
  reader.int();
  reader.int();
  const ephemeralOwner = reader.long();
  reader.int();
  reader.int();
  reader.long();
  return { version, ephemeralOwner };
}

const failures: Readonly<Record<number, readonly [StatusCode, string]>> = {
  [-101]: ["not-found", "there is no such node"],
  [-102]: ["permission-denied", "not permitted for who this session has proved to be"],
  [-103]: ["aborted", "somebody else has changed it meanwhile"],
  [-108]: ["failed-precondition", "the parent is ephemeral and cannot have children"],
  [-110]: ["already-exists", "there is such a node already"],
  [-111]: ["failed-precondition", "it has children"],
  [-112]: ["unavailable", "the session is over"],
  [-114]: ["invalid-argument", "the access list is not valid; rights for creators need credentials"],
  [-115]: ["unauthenticated", "the credentials were refused"],
  [-118]: ["unavailable", "the session has moved to another server"],
  [-119]: ["unavailable", "the server is cut off from its ensemble and only answers reads"],
  [-127]: ["resource-exhausted", "the server is throttling requests"],
};

/** What an error number of ZooKeeper means. */
export function failureOf(error: number, what: string, peer: string): RpcError {
  const [code, why] = failures[error] ?? ["internal", `ZooKeeper's error ${error}`];
  return new RpcError(code, plainText(`cannot ${what}: ${why}`), { peer });
}
