/** The example of docs/FLEET.md runs as it stands there. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { connect, serve } from "@rpcgen/runtime";
import { simulate } from "@rpcgen/runtime/testing";
import { createEchoClient, mountEcho } from "./kit/echo-service.js";

// what the document shows, begins
it("a call outlives a cut and a slow link", () =>
  simulate({ seed: 7 }, async (network) => {
    for (const name of ["a", "b"]) {
      await serve({ port: 7000, network: network.host(name), services: [mountEcho()] });
    }
    const channel = connect(["rpc://a:7000", "rpc://b:7000"], { network: network.host("client") });
    const echo = createEchoClient(channel);

    network.between("client", "a").set({ delayMs: 200, jitterMs: 50, chunks: "random" });
    expect(await echo.echo({ text: "slow", count: 1 })).toEqual({ text: "slow", count: 1 });

    network.host("a").crash();
    await network.clock.sleep(1000);
    expect(await echo.echo({ text: "elsewhere", count: 2 })).toEqual({ text: "elsewhere", count: 2 });
    await channel.close();
  }));
// what the document shows, ends

it("is what the document shows", () => {
  const own = readFileSync(new URL(import.meta.url), "utf8");
  const shown = /begins\n([^]*?)\n\/\/ what the document shows, ends/.exec(own)?.[1] ?? "";
  const text = readFileSync(new URL("../../docs/FLEET.md", import.meta.url), "utf8");
  expect(shown.length).toBeGreaterThan(100);
  expect(text).toContain(shown);
});
