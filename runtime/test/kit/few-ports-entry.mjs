/**
 * A client that has four ports to connect from, and a server, for a network of their own (`unshare --net`). Says what becomes of five
 * channels, and of the fifth once another one is closed.
 */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect, serve } from "@rpcgen/runtime";
import { method, mount } from "@rpcgen/runtime/codegen/v1";

const say = (words) => console.log(JSON.stringify(words));
spawnSync("ip", ["link", "set", "lo", "up"]);
writeFileSync("/proc/sys/net/ipv4/ip_local_port_range", "50000 50003");

const facts = { shape: "unary", throws: [], timeoutMs: undefined, isIdempotent: false };
const service = {
  name: "test.v1.Pids",
  fingerprint: "fedcba9876543210",
  source: "test/pids.rpc",
  methods: [{ name: "ask", wireName: "Ask", ...facts }],
};
const dispatch = (_handler, _index, call) => call.reply(call.writer.uint32(call.begin(), 8, 7));
const ask = method(
  service,
  0,
  (_writer, _request, position) => position,
  (reader) => (reader.tag(), reader.uint32()),
);
const server = await serve({ port: 40_000, services: [mount(service, {}, dispatch)] });
const open = (options) => connect(server.address, { backoff: { initialMs: 20, maxMs: 200 }, ...options });
const outcome = (call) =>
  call.then(
    (answer) => ({ kind: "answer", answer }),
    ({ code, message }) => ({ kind: "error", code, message }),
  );

const channels = Array.from({ length: 4 }, () => open());
for (const channel of channels) say(await outcome(channel.unary(ask, undefined)));
const impatient = open({ failFast: true });
say(await outcome(impatient.unary(ask, undefined, { timeoutMs: 5000 })));
await impatient.close();

let failures = 0;
let failed;
const hasFailed = new Promise((resolve) => (failed = resolve));
const observe = (event) => {
  if (event.kind !== "connect-failed") return;
  failures++;
  failed();
};
const patient = open({ observe });
const answer = outcome(patient.unary(ask, undefined, { timeoutMs: 15_000 }));
await hasFailed;
await channels[0].close();
say({ ...(await answer), failures });
say(await outcome(channels[1].unary(ask, undefined)));
await Promise.all([...channels, patient].map((channel) => channel.close()));
await server.close({ graceMs: 0 });
