/** A chat room over both-way streams: many clients, one room, and a name that is taken. */

import { expect, test } from "vitest";
import { createChatClient } from "../gen/chat/chat.client.js";
import type { ChatHandler } from "../gen/chat/chat.server.js";
import { serveChat } from "../gen/chat/chat.server.js";
import type { FromClient, FromClientInit, FromRoom, FromRoomInit } from "../gen/chat/chat.types.js";
import { NicknameTaken } from "../gen/chat/chat.types.js";
import { codecs, speaking, twoSides } from "./two-sides.js";

/** A queue that is filled from one side and iterated from the other. */
class Mailbox<T> implements AsyncIterable<T> {
  private readonly waiting: T[] = [];
  private wake: () => void = () => {};
  private isClosed = false;

  put(item: T): void {
    this.waiting.push(item);
    this.wake();
  }

  close(): void {
    this.isClosed = true;
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const next = this.waiting.shift();
      if (next !== undefined) yield next;
      else if (this.isClosed) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

function room(): ChatHandler {
  const members = new Map<string, Mailbox<FromRoomInit>>();
  const tell = (message: FromRoomInit): void => members.forEach((mailbox) => mailbox.put(message));
  return {
    async *talk(messages) {
      const mailbox = new Mailbox<FromRoomInit>();
      let nickname = "";
      const hear = async (): Promise<void> => {
        for await (const message of incoming) {
          if (message.kind === "say") tell({ kind: "said", value: { nickname, text: message.value.text } });
        }
        members.delete(nickname);
        tell({ kind: "left", value: nickname });
        mailbox.close();
      };
      const incoming = messages[Symbol.asyncIterator]() as AsyncIterableIterator<FromClient>;
      const first = await incoming.next();
      if (first.done !== true && first.value.kind === "join") nickname = first.value.value.nickname;
      if (members.has(nickname)) throw new NicknameTaken({ nickname });
      tell({ kind: "joined", value: nickname });
      members.set(nickname, mailbox);
      mailbox.put({ kind: "members", value: { nicknames: [...members.keys()] } });
      void hear();
      yield* mailbox;
    },
    rooms: () => new Map([["lobby", members.size]]),
  };
}

/** One person in the room: what they hear, and a way to speak. */
function person(client: ReturnType<typeof createChatClient>, nickname: string): Person {
  const outbox = new Mailbox<FromClientInit>();
  outbox.put({ kind: "join", value: { room: "lobby", nickname } });
  const heard: FromRoom[] = [];
  const waiting = new Set<() => void>();
  const done = (async () => {
    for await (const message of client.talk(outbox)) {
      heard.push(message);
      waiting.forEach((check) => check());
    }
  })();
  const hears = (kind: FromRoom["kind"]): Promise<FromRoom> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = heard.find((message) => message.kind === kind);
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });
  return { outbox, done, hears };
}

interface Person {
  readonly outbox: Mailbox<FromClientInit>;
  readonly done: Promise<void>;
  hears(kind: FromRoom["kind"]): Promise<FromRoom>;
}

test.each(codecs)("everybody in the room hears everybody, over tcp in %s", async (codec) => {
  const services = [serveChat(room())];
  const { channel } = await twoSides(services, "tcp", {}, speaking(codec, services));
  const chat = createChatClient(channel);
  const ann = person(chat, "Ann");
  expect(await ann.hears("members")).toEqual({ kind: "members", value: { nicknames: ["Ann"] } });
  const ben = person(chat, "Ben");
  expect(await ann.hears("joined")).toEqual({ kind: "joined", value: "Ben" });
  expect(await chat.rooms()).toEqual(new Map([["lobby", 2]]));

  ben.outbox.put({ kind: "typing", value: true });
  ben.outbox.put({ kind: "say", value: { text: "hello" } });
  for (const one of [ann, ben]) {
    expect(await one.hears("said")).toMatchObject({ kind: "said", value: { nickname: "Ben", text: "hello" } });
  }

  await expect(person(chat, "Ann").done).rejects.toBeInstanceOf(NicknameTaken);

  ben.outbox.close();
  await ben.done;
  expect(await ann.hears("left")).toEqual({ kind: "left", value: "Ben" });
  ann.outbox.close();
  await ann.done;
});
