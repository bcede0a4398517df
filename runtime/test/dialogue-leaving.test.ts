/** The two steps in which a server leaves, said and heard frame by frame. */

import { expect, it } from "vitest";
import { boundServerUnderTest, never, pairUnderTest, watch } from "./kit/harness.js";

const note = { text: "a", count: 1 };
/** The first step of a server's leaving. */
const leaving = ['GOAWAY no-error last=2147483647 "the server is closing"', "PING 6279650000000000"];

it("a closing server takes the calls that cross its first GOAWAY, streams of requests too", async () => {
  const { server, client, clock } = await boundServerUnderTest();
  const closed = watch(server.close());
  await clock.settle();
  expect(client.take()).toEqual(leaving);
  await client.send("REQUEST #1 m0 1001", "REQUEST #2 m2 noBody", "DATA #2 1003", "PONG 6279650000000001");
  expect(client.take()).toEqual(["RESPONSE #1 1001"]);
  await client.send("PONG 6279650000000000", "DATA #2 1004");
  expect(client.take()).toEqual(['GOAWAY no-error last=2 "the server is closing"']);
  await client.send("REQUEST #3 m2 noBody", "DATA #3 1005", "END #3", "END #2");
  expect(client.take()).toEqual(['ERROR #3 unavailable never-processed "the server is closing"', "RESPONSE #2 1007"]);
  expect([client.isClosed, closed.isSettled, clock.timers]).toEqual([true, true, 0]);
});

it("a closing server waits a second for the answer to its PING, and calls do not prolong that", async () => {
  const { server, client, clock } = await boundServerUnderTest();
  const closed = watch(server.close({ graceMs: 60_000 }));
  await clock.settle();
  expect(client.take()).toEqual(leaving);
  for (let id = 1; id <= 9; id++) {
    await clock.advance(100);
    await client.send(`REQUEST #${id} m0 1001`);
    expect(client.take()).toEqual([`RESPONSE #${id} 1001`]);
  }
  await clock.advance(99);
  expect(client.isClosed).toBe(false);
  await clock.advance(1);
  expect(client.take()).toEqual(['GOAWAY no-error last=9 "the server is closing"']);
  expect([client.isClosed, closed.isSettled, clock.timers]).toEqual([true, true, 0]);
});

it("a closing server says once that it goes where a connection has nothing to do", async () => {
  const { server, client, clock } = await boundServerUnderTest();
  await client.send("REQUEST #1 m0 1001");
  await clock.advance(1000);
  client.take();
  const closed = watch(server.close());
  await clock.settle();
  expect(client.take()).toEqual(['GOAWAY no-error last=1 "the server is closing"']);
  expect([client.isClosed, closed.isSettled, clock.timers]).toEqual([true, true, 0]);
});

it("a closing server whose grace is over at once does not wait for the answer to its PING", async () => {
  const { server, client, clock } = await boundServerUnderTest({ echo: never });
  await client.send("REQUEST #1 m0 1001");
  const closed = watch(server.close({ graceMs: 0 }));
  await clock.advance(0);
  await clock.settle();
  expect(client.take()).toEqual([
    ...leaving,
    'GOAWAY no-error last=1 "the server is closing"',
    'ERROR #1 unavailable "the server closed before the call was over"',
  ]);
  expect([client.isClosed, closed.isSettled, clock.timers]).toEqual([true, true, 0]);
});

it("a client that hears a closing server and has nothing to do closes without waiting", async () => {
  const { echo, server, clock } = await pairUnderTest();
  const call = watch(echo.echo(note));
  await clock.settle();
  expect(call.value).toEqual(note);
  const closed = watch(server.close());
  await clock.settle();
  expect(closed.isSettled).toBe(true);
});
