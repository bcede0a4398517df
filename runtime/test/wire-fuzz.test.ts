/** Damaged bytes in either direction: nothing crashes, nothing hangs, and the next healthy call succeeds. */

import { expect, it, onTestFinished } from "vitest";
import { connect } from "../src/index.js";
import { collect, createEchoClient, EchoService } from "./kit/echo-service.js";
import { clientUnderTest, serverUnderTest, watch } from "./kit/harness.js";
import { numbersFrom, seed, tries } from "./kit/random.js";
import { bindFrame, parseLine } from "./kit/raw-peer.js";

function damage(parts: readonly Uint8Array[], random: (below: number) => number): Uint8Array {
  let chosen = [...parts];
  if (random(4) === 0) chosen.splice(random(chosen.length), 1);
  if (random(4) === 0) chosen.splice(random(chosen.length), 0, parts[random(parts.length)] as Uint8Array);
  if (random(8) === 0) chosen = chosen.slice(0, random(chosen.length + 1));
  const bytes = new Uint8Array(Buffer.concat(chosen));
  for (let i = random(4); i > 0 && bytes.length > 0; i--) bytes[8 + random(bytes.length)] = random(256);
  return random(4) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
}

function noRejections(): void {
  const rejections: unknown[] = [];
  const listen = (reason: unknown): void => void rejections.push(reason);
  process.on("unhandledRejection", listen);
  onTestFinished(() => {
    process.off("unhandledRejection", listen);
    expect(rejections).toEqual([]);
  });
}

it(`a server survives damaged clients (SEED=${seed})`, async () => {
  noRejections();
  const random = numbersFrom(seed);
  const { another, clock, server } = await serverUnderTest({ echo: async (note) => note });
  const parts = [
    ...["PREFACE", "HELLO"].map(parseLine),
    bindFrame(EchoService),
    ...[
      "REQUEST #1 m0 deadline,metadata 00000fff 00000006 0a0161120162 0a0161",
      "REQUEST #2 m1 1003",
      "REQUEST #3 m2 noBody",
      "DATA #3 1001",
      "DATA #3 more 00000002 10",
      "DATA #3 05",
      "END #3",
      "REQUEST #4 m3 noBody",
      "DATA #4 1001",
      "CREDIT #4 +1000",
      "CANCEL #4",
      "REQUEST #5 m4 oneway 1001",
      "PING 0102030405060708",
    ].map(parseLine),
  ];
  for (let round = 0; round < tries(400); round++) {
    const peer = another();
    peer.transport.write(damage(parts, random));
    await clock.settle();
    peer.transport.destroy();
  }
  await clock.advance(60_000);
  expect(server.counters).toMatchObject({ connectionsOpen: 0, callsOpen: 0 });
  const channel = connect(server.address, { clock });
  const healthy = watch(createEchoClient(channel).echo({ text: "well", count: 1 }));
  await clock.settle();
  expect(healthy.value).toEqual({ text: "well", count: 1 });
  void channel.close();
});

it(`a client survives damaged servers: every call settles (SEED=${seed})`, async () => {
  noRejections();
  const random = numbersFrom(seed + 1);
  const parts = [
    "PREFACE",
    "HELLO",
    "RESPONSE #1 1001",
    "DATA #2 1001",
    "DATA #2 more 00000002 10",
    "DATA #2 05",
    "END #2",
    "CREDIT #3 +500",
    "RESPONSE #3 metadata 00000006 0a0161120162 1005",
    "ERROR #4 0805 120161",
    "PING 0102030405060708",
  ].map(parseLine);
  for (let round = 0; round < tries(150); round++) {
    const { clock, echo, peer } = clientUnderTest();
    const options = { timeoutMs: 5000 };
    const calls = [
      watch(echo.echo({ text: "", count: 1 }, options)),
      watch(collect(echo.count({ text: "", count: 1 }, options))),
      watch(echo.sum([{ text: "", count: 1 }], options)),
      watch(collect(echo.chat([{ text: "", count: 1 }], options))),
    ];
    await clock.settle();
    peer().transport.write(damage(parts, random));
    await clock.advance(6000);
    expect(calls.map((call) => call.isSettled)).toEqual([true, true, true, true]);
  }
});
