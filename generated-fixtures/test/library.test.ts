/** Types of three packages and the standard library in one service: names are kept apart, and nothing is lost between. */

import { expect, test } from "vitest";
import { createLendingClient } from "../gen/library/lending.client.js";
import { serveLending } from "../gen/library/lending.server.js";
import { AlreadyLent } from "../gen/library/lending.types.js";
import type { Person } from "../gen/library/people/people.types.js";
import { createGreeterClient } from "../gen/greeter/greeter.client.js";
import { serveGreeter } from "../gen/greeter/greeter.server.js";
import { codecs, collect, speaking, twoSides } from "./two-sides.js";

test.each(codecs)("two types of one name from two packages meet in one message, in %s", async (codec) => {
  const due = new Date("2026-12-24T00:00:00Z");
  const lent = new Set<string>();
  let updated: Person | undefined;
  const services = [
    serveLending({
      lend(isbn, readerId) {
        if (lent.has(isbn)) throw new AlreadyLent({ isbn, due });
        lent.add(isbn);
        return {
          book: { isbn, title: "A book", authors: [{ id: 1n, name: "Author" }], format: "BRAILLE" },
          reader: { id: readerId, name: "Reader" },
          card: { heading: "R" },
          due,
        };
      },
      giveBack(isbn) {
        lent.delete(isbn);
      },
      update({ person, mask }) {
        updated = { id: person?.id ?? 0n, name: mask?.paths.join() ?? "", emails: person?.emails ?? [] };
        return updated;
      },
    }),
  ];
  const { channel } = await twoSides(services, "memory", {}, speaking(codec, services));
  const library = createLendingClient(channel);

  const loan = await library.lend("978-0", 18446744073709551615n);
  expect(loan.reader).toEqual({ id: 18446744073709551615n, name: "Reader", emails: [] });
  expect(loan.card).toEqual({ heading: "R" });
  expect(loan.book?.authors[0]?.name).toBe("Author");
  expect(loan.due).toEqual(due);

  const failure = await library.lend("978-0", 2n).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AlreadyLent);
  expect((failure as AlreadyLent).detail.due).toEqual(due);

  expect(await library.giveBack("978-0")).toBeUndefined();
  expect((await library.lend("978-0", 2n)).reader?.id).toBe(2n);

  const answer = await library.update({ person: { id: 7n, emails: ["a@b"] }, mask: { paths: ["name", "emails"] } });
  expect(answer).toEqual({ id: 7n, name: "name,emails", emails: ["a@b"] });
});

test("two services share one server and one connection", async () => {
  const { channel, server } = await twoSides(
    [
      serveGreeter({
        greet: ({ name }) => ({ text: `Hello, ${name}!` }),
        *greetOften({ name, times }) {
          for (let i = 0; i < (times ?? 3); i++) yield { text: `${String(i)} ${name}` };
        },
      }),
      serveLending({ lend: () => ({}), giveBack: () => {}, update: () => ({}) }),
    ],
    "tcp",
  );
  const greeter = createGreeterClient(channel);
  expect((await greeter.greet({ name: "Ann" })).text).toBe("Hello, Ann!");
  expect(await collect(greeter.greetOften({ name: "Ben" }))).toHaveLength(3);
  expect(await collect(greeter.greetOften({ name: "Ben", times: 0 }))).toHaveLength(0);
  expect((await createLendingClient(channel).lend("1", 1n)).book).toBeUndefined();
  expect(server.counters.connectionsOpened).toBe(1);
});
