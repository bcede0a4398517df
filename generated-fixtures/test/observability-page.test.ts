/** The recipes of docs/OBSERVABILITY.md, run; and that they are those of the page. */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect, serve, type Instrument } from "@rpcgen/runtime";
import { callLog, createMetrics, currentTrace, traceCalls, type CallLine } from "@rpcgen/runtime/observe";
import { expect, onTestFinished, test, vi } from "vitest";
import { createGreeterClient } from "../gen/greeter/greeter.client.js";
import { serveGreeter, type GreeterHandler } from "../gen/greeter/greeter.server.js";

const handler: GreeterHandler = {
  greet({ name }) {
    return { text: `${name} in ${currentTrace()?.traceId}` };
  },
  greetOften: () => [],
};

test("metrics, traces and logs hang on both sides, and a scraper reads them over HTTP", async () => {
  const console = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const metrics = createMetrics();
  const instruments = [traceCalls(), metrics, callLog(console)];

  const server = await serve({ port: 0, host: "127.0.0.1", services: [serveGreeter(handler)], instruments });
  const channel = connect(server.address, { instruments });
  const exporter = createServer((request, response) => {
    const { contentType, body } = metrics.expose(request.headers.accept);
    response.setHeader("content-type", contentType).end(body);
  }).listen(0, "127.0.0.1");
  onTestFinished(async () => {
    await channel.close();
    await server.close();
    metrics.close();
    await new Promise((resolve) => exporter.close(resolve));
  });
  const { text } = await createGreeterClient(channel).greet({ name: "Ann" });
  expect(text).toMatch(/^Ann in [0-9a-f]{32}$/);
  const { port } = exporter.address() as { port: number };
  for (const accept of ["application/openmetrics-text", "*/*"]) {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { accept, connection: "close" } });
    const isOpen = accept !== "*/*";
    expect(answer.headers.get("content-type")).toContain(isOpen ? "openmetrics-text" : "version=0.0.4");
    const body = await answer.text();
    expect(body).toMatch(/^rpc_server_calls_started_total\{rpc_method="[\w.]*Greeter\/Greet"\} 1$/m);
    expect(body.endsWith("# EOF\n")).toBe(isOpen);
  }
  expect(console.info).toHaveBeenCalledTimes(2);
});

test("a log shows what it is asked for, and an instrument of one's own sees calls, too", async () => {
  const lines: CallLine[] = [];
  const write = (fields: CallLine): void => void lines.push(fields);
  const log = callLog({ info: write, warn: write, error: write }, { metadata: ["tenant"], messages: true });
  const warn = vi.fn();
  const slow: Instrument = {
    server: ({ clock }) => ({
      calls: {
        began: (call) => {
          const startedAt = clock.now();
          return { over: () => clock.now() - startedAt > 1000 && warn(call.method.name) };
        },
      },
    }),
  };
  const server = await serve({ memory: "observed", services: [serveGreeter(handler)], instruments: [log, slow] });
  const channel = connect(server.address);
  onTestFinished(async () => {
    await channel.close();
    await server.close();
  });
  await createGreeterClient(channel).greet({ name: "Ann" }, { metadata: { tenant: "acme" } });
  expect(lines).toMatchObject([{ code: "ok", metadata: { tenant: "acme" }, answer: '{"text":"Ann in undefined"}' }]);
  expect(warn).not.toHaveBeenCalled();
});

test("the page has no code that is not run here", () => {
  const page = readFileSync(new URL("../../docs/OBSERVABILITY.md", import.meta.url), "utf8");
  const here = new Set(
    readFileSync(new URL(import.meta.url), "utf8")
      .split("\n")
      .map((line) => line.trim()),
  );
  const code = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].flatMap(([, text = ""]) => text.split("\n"));
  const known = (line: string): boolean =>
    line === "" ||
    line.startsWith("import ") ||
    here.has(line) ||
    here.has(line.replace("const handler =", "const handler: GreeterHandler ="));
  expect(code.map((line) => line.trim()).filter((line) => !known(line))).toEqual([]);
  expect(code.length).toBeGreaterThan(20);
});
