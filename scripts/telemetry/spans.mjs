/** Makes calls with the real SDK around them, and says of each thing whether it is as it should be: `ok …` or `not ok …`. */

import * as api from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { connect, RpcError, serve } from "@rpcgen/runtime";
import { callLog, currentTrace, openTelemetry } from "@rpcgen/runtime/observe";
import { createNotesClient, serveNotes } from "./notes.mjs";

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
api.trace.setGlobalTracerProvider(provider);
api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
api.propagation.setGlobalPropagator(new W3CTraceContextPropagator());

const check = (what, isRight) => console.log(`${isRight ? "ok" : "not ok"} ${what}`);
const spans = openTelemetry(api);
const lines = [];
const log = callLog({
  info: (fields) => lines.push(fields),
  warn: (fields) => lines.push(fields),
  error: (fields) => lines.push(fields),
});
const instruments = [spans, log];

/** Spans that have ended since the last time, servers' and clients' apart. */
async function taken() {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  const all = exporter.getFinishedSpans();
  exporter.reset();
  const of = (kind) => all.filter((span) => span.kind === kind);
  return { all, clients: of(api.SpanKind.CLIENT), servers: of(api.SpanKind.SERVER), inner: of(api.SpanKind.INTERNAL) };
}

const behaviour = { failures: 0, isSlow: false };
const second = await serve({
  port: 0,
  host: "127.0.0.1",
  instruments,
  services: [
    serveNotes({
      async get({ text }) {
        if (behaviour.failures-- > 0) throw new RpcError("unavailable", "not now");
        if (behaviour.isSlow) await new Promise((resolve) => setTimeout(resolve, 100));
        if (text === "mistake") throw new RpcError("invalid-argument", "no such text");
        if (text === "fault") throw new Error("a bug");
        return { text };
      },
      async *watch() {
        for (let i = 0; i < 3; i++) {
          await api.trace.getTracer("test").startActiveSpan("inner", async (span) => span.end());
          yield { text: String(i) };
        }
      },
    }),
  ],
  onError: () => {},
});
const inner = connect(second.address, { instruments });
const first = await serve({
  port: 0,
  host: "127.0.0.1",
  instruments,
  services: [
    serveNotes({
      async get(request) {
        await new Promise((resolve) => setImmediate(resolve));
        check(
          "the handler runs in the trace of its call",
          currentTrace()?.traceId === api.trace.getActiveSpan()?.spanContext().traceId,
        );
        return createNotesClient(inner).get(request);
      },
      watch: () => [],
    }),
  ],
});
const outer = connect(first.address, { instruments });
const notes = createNotesClient(outer);
const direct = createNotesClient(inner);

await notes.get({ text: "a" });
{
  const { clients, servers } = await taken();
  check("two hops are two spans of clients and two of servers", clients.length === 2 && servers.length === 2);
  const ids = new Set([...clients, ...servers].map((span) => span.spanContext().traceId));
  check("all of one trace", ids.size === 1);
  const parentOf = (span) => span.parentSpanContext?.spanId;
  const byId = new Map([...clients, ...servers].map((span) => [span.spanContext().spanId, span]));
  const chain = [];
  for (
    let span = servers.find((one) => byId.get(parentOf(byId.get(parentOf(one)))) !== undefined);
    span;
    span = byId.get(parentOf(span))
  )
    chain.push(span.kind);
  check("each the child of the one before it", chain.length === 4);
  const [client] = clients;
  const [server] = servers;
  check(
    "spans have the name of their method",
    client.name === "test.v1.Notes/Get" && server.name === "test.v1.Notes/Get",
  );
  const { attributes } = client;
  check(
    "the attributes of a client's span",
    attributes["rpc.system.name"] === "rpcgen" &&
      attributes["rpc.method"] === "test.v1.Notes/Get" &&
      attributes["rpc.service"] === "test.v1.Notes" &&
      attributes["rpc.response.status_code"] === "ok" &&
      attributes["server.address"] === "127.0.0.1" &&
      attributes["server.port"] > 0,
  );
  check(
    "the attributes of a server's span",
    server.attributes["rpc.method"] === "test.v1.Notes/Get" &&
      /^127\.0\.0\.1:\d+$/.test(server.attributes["network.peer.address"]),
  );
  check(
    "no error is marked where there is none",
    [...clients, ...servers].every((span) => span.status.code === api.SpanStatusCode.UNSET),
  );
  check(
    "logs know the trace",
    lines.filter(({ side }) => side === "server").every(({ traceId }) => ids.has(traceId)) && lines.length === 4,
  );
}

await direct.get({ text: "mistake" }).catch(() => {});
{
  const { clients, servers } = await taken();
  check(
    "a wrong request is an error of the client's span",
    clients[0].status.code === api.SpanStatusCode.ERROR && clients[0].attributes["error.type"] === "invalid-argument",
  );
  check(
    "and none of the server's",
    servers[0].status.code === api.SpanStatusCode.UNSET &&
      servers[0].attributes["rpc.response.status_code"] === "invalid-argument",
  );
}

await direct.get({ text: "fault" }).catch(() => {});
{
  const { servers } = await taken();
  check(
    "a fault is an error of the server's span, without what the handler threw",
    servers[0].status.code === api.SpanStatusCode.ERROR && servers[0].status.message === "the handler failed",
  );
}

behaviour.failures = 2;
await direct.get({ text: "again" }, { policy: { retry: { attempts: 3, backoffInitialMs: 1 } } });
{
  const { clients } = await taken();
  check(
    "three attempts are three spans",
    clients.length === 3 && clients.map((span) => span.attributes["rpcgen.attempt.number"]).join() === "1,2,3",
  );
  check(
    "each linked with those before it",
    clients[2].links.map(({ context }) => context.spanId).join() ===
      clients
        .slice(0, 2)
        .map((span) => span.spanContext().spanId)
        .join(),
  );
  check(
    "retries say what they are",
    clients.map((span) => span.attributes["rpcgen.attempt.kind"]).join() === "first,retry,retry",
  );
}

behaviour.failures = 0;
behaviour.isSlow = true;
await direct.get({ text: "hedge" }, { policy: { hedge: { delayMs: 10 } } });
{
  const { clients } = await taken();
  const hedge = clients.find((span) => span.attributes["rpcgen.attempt.kind"] === "hedge");
  check("a hedge is a span with a link to the first attempt", clients.length === 2 && hedge?.links.length === 1);
  check(
    "the attempt that lost is cancelled",
    clients.some((span) => span.attributes["rpc.response.status_code"] === "cancelled"),
  );
}
behaviour.isSlow = false;

for await (const _ of direct.watch({ text: "a" })) void _;
{
  const { servers, inner: within } = await taken();
  check(
    "a stream is one span, and what its handler does is inside of it",
    servers.length === 1 &&
      within.length === 3 &&
      within.every((span) => span.parentSpanContext?.spanId === servers[0].spanContext().spanId),
  );
}

await api.trace.getTracer("test").startActiveSpan("program", async (span) => {
  await notes.get({ text: "b" });
  span.end();
});
{
  const { all } = await taken();
  check(
    "calls inside of a program's span are its children",
    new Set(all.map((span) => span.spanContext().traceId)).size === 1 && all.length === 5,
  );
}

await direct.get({ text: "hostile" }, { metadata: { traceparent: `ff-${"0".repeat(32)}-x-01`, tracestate: "=,=" } });
{
  const { servers } = await taken();
  check(
    "a malformed trace begins a new one, and no call fails for it",
    servers.length === 1 && api.isSpanContextValid(servers[0].spanContext()),
  );
}

await Promise.all([outer.close(), inner.close()]);
await Promise.all([first.close({ graceMs: 0 }), second.close({ graceMs: 0 })]);
