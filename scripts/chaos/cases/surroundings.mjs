/** Faults of what servers and clients stand in: clocks, certificates, names, ports that change hands. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, systemClock } from "@rpcgen/runtime";
import { authority } from "../../../runtime/test/kit/certificates.mjs";
import { findFaketime } from "../../find-services.mjs";
import { connectedFleet } from "../registry-fleet.mjs";
import { work } from "../work-service.mjs";

const failedOf = (records) => records.filter(({ outcome }) => outcome !== "ok");
const hourMs = 3_600_000;

/** A clock whose wall time can be set, while what waits goes on by the monotonic one. */
function wallThatJumps() {
  const clock = { ...systemClock, offMs: 0, wall: () => Date.now() + clock.offMs };
  return clock;
}

async function wallJumps(stage) {
  const servers = await stage.servers();
  const clock = wallThatJumps();
  const load = stage.load(
    servers.map(({ address }) => address),
    { connecting: { clock } },
  );
  load.start();
  for (const offMs of [hourMs, -hourMs, 87_660 * hourMs, -87_660 * hourMs]) {
    await stage.wait(stage.seconds * 150);
    clock.offMs = offMs;
  }
  await stage.wait(stage.seconds * 150);
  const summary = await load.stop();
  stage.checkSound(summary);
  stage.check("no call fails", summary.failed === 0, failedOf(load.records)[0]?.message);
  const client = stage.client([servers[0].address], { clock });
  const channel = client;
  const asked = performance.now();
  const error = await channel
    .unary(work.block, { id: "late", count: 400, text: "", server: "" }, { timeoutMs: 200 })
    .catch((caught) => caught);
  const tookMs = performance.now() - asked;
  stage.check(
    "a deadline passes when it should",
    error.code === "deadline-exceeded" && tookMs < 350,
    `${error.code} ${tookMs.toFixed(0)} ms`,
  );
  stage.figure(
    `the client's wall clock jumped by an hour and by ten years, both ways; a deadline of 200 ms took ${tookMs.toFixed(0)} ms`,
  );
}

/** The clocks of servers and of the hub jump for real, as those of a machine do that is set right. */
async function clocksAreSet(stage) {
  const { missing, env: found } = findFaketime();
  if (missing !== undefined) stage.lacks(missing);
  const file = join(stage.folder, "wall");
  writeFileSync(file, "+0");
  const env = {
    LD_PRELOAD: found.FAKETIME,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
  const hub = await stage.hub({ leaseMs: 2000 }, { env });
  const { servers, load, removed } = await connectedFleet(stage, hub.address, { options: { env } });
  load.start();
  const offs = [];
  for (const shift of ["+1h", "-1h", "+10y", "-10y"]) {
    writeFileSync(file, shift);
    // Longer than a lease of the hub.
    await stage.wait(Math.max(2500, stage.seconds * 150));
    offs.push(((await servers[0].ask()).wall - Date.now()) / hourMs);
  }
  const isSet = offs.every((hours, i) => Math.abs(hours - [1, -1, 87_600, -87_600][i]) < 100 && Math.abs(hours) > 0.9);
  stage.check("the servers' clocks have jumped", isSet, offs.map((hours) => hours.toFixed(1)).join(", "));
  stage.check("no lease has run out", removed.length === 0, removed.join(" "));
  const [victim] = servers;
  const diedAt = performance.now();
  await victim.kill();
  writeFileSync(file, "+1h");
  await victim.start();
  const backMs = await stage.until(() => load.records.some(isBackOn(victim, diedAt + 500)), 5000);
  stage.check("a server that dies and comes back meanwhile gets calls again", backMs <= 5000, `${backMs} ms`);
  const summary = await load.stop();
  stage.checkSound(summary);
  const failed = failedOf(load.records);
  const isOfDeath = ({ outcome, startedAt, tookMs }) =>
    outcome === "unavailable" && startedAt <= diedAt + 100 && startedAt + tookMs >= diedAt;
  stage.check(
    "no call fails but on the server that dies",
    failed.every(isOfDeath),
    failed.find((one) => !isOfDeath(one))?.message,
  );
  stage.figure(
    `clocks of hub and servers ${offs.map((hours) => hours.toFixed(0)).join(", ")} hours off; back after ${backMs.toFixed(0)} ms`,
  );
}

const isBackOn =
  ({ settings }, since) =>
  ({ server, outcome, startedAt }) =>
    server === settings.name && outcome === "ok" && startedAt >= since;

async function skewedPeers(stage) {
  const offsMs = [-300_000, 0, 300_000];
  const servers = [];
  for (const [index, wallOffMs] of offsMs.entries()) {
    servers.push(await stage.server({ name: "abc"[index], wallOffMs, slowMs: 5 }));
  }
  const load = stage.load(
    servers.map(({ address }) => address),
    { timeoutMs: 1000 },
  );
  const summary = await load.runFor(stage.seconds * 700);
  stage.checkSound(summary);
  stage.check("no call fails", summary.failed === 0, failedOf(load.records)[0]?.message);
  const counts = offsMs.map((_, index) => load.records.filter(({ server }) => server === "abc"[index]).length);
  stage.check(
    "all servers are used",
    counts.every((count) => count > 0),
    counts.join(" / "),
  );
  stage.figure(`servers 5 minutes behind, on time and 5 minutes ahead: ${counts.join(" / ")} calls`);
}

async function certificates(stage) {
  const [before, after] = [authority("before"), authority("after")];
  const names = ["IP:127.0.0.1"];
  const pair = (issued) => ({ certificate: issued.certificate, key: issued.key });
  const soon = new Date(Date.now() + Math.max(2000, stage.seconds * 300));
  const server = await stage.server({ tls: pair(before.issue({ names, until: soon })), slowMs: 2 });
  const trusted = { connecting: { tls: { ca: [before.certificate, after.certificate] } } };
  const staying = stage.load([server.address], { ...trusted, timeoutMs: 3000 }).start();
  await stage.wait(soon.getTime() - Date.now() + 1000);
  const opened = (await server.ask()).counters.connectionsOpened;
  const late = connect(server.address, { tls: { ca: before.certificate }, failFast: true });
  stage.onEnd(() => late.close());
  const request = { id: "late", count: 0, text: "", server: "" };
  const refused = await late.unary(work.look, request, { timeoutMs: 2000 }).catch((error) => error);
  stage.check(
    "a new connection refuses a certificate that has expired",
    /expired/.test(refused.message),
    refused.message,
  );
  await server.ask({ kind: "reload-tls", tls: pair(before.issue({ names })) });
  await server.ask({ kind: "reload-tls", tls: pair(after.issue({ names })) });
  const broken = await server
    .ask({ kind: "reload-tls", tls: { certificate: "no certificate", key: "no key" } })
    .catch((error) => error);
  stage.check("a broken reload is told", broken instanceof Error, String(broken));
  await revocation(stage, after);
  const renewed = await stage.load([server.address], { ...trusted }).runFor(stage.seconds * 200);
  stage.check(
    "new connections use the certificate of the new authority",
    renewed.failed === 0,
    JSON.stringify(renewed.outcomes),
  );
  const summary = await staying.stop();
  stage.checkSound(summary);
  stage.check(
    "connections that were open when it expired go on",
    summary.failed === 0,
    failedOf(staying.records)[0]?.message,
  );
  stage.figure(
    `${opened} connections lived through the end of their certificate, a new leaf, a new authority and a broken reload; of two clients the revoked one was refused`,
  );
}

/** Certificates that their authority has taken back: of a client, while it is connected, and of a server. */
async function revocation(stage, issuer) {
  const names = ["IP:127.0.0.1"];
  const [own, good, bad] = [{ names }, { commonName: "good" }, { commonName: "bad" }].map((wish) => issuer.issue(wish));
  const pair = ({ certificate, key }) => ({ certificate, key });
  const tls = { ...pair(own), clientCa: issuer.certificate };
  const server = await stage.server({ name: "revoking", tls: { ...tls, crl: issuer.revoke() } });
  const open = (certificate, more = {}) => {
    const channel = connect(server.address, {
      tls: { ca: issuer.certificate, ...pair(certificate), ...more },
      failFast: true,
    });
    stage.onEnd(() => channel.close());
    return (id) =>
      channel.unary(work.look, { id, count: 0, text: "", server: "" }, { timeoutMs: 2000 }).then(
        () => "ok",
        ({ message }) => message,
      );
  };
  const before = open(bad);
  stage.check("a client is let in before its certificate is revoked", (await before("before")) === "ok");
  await server.ask({ kind: "reload-tls", tls: { ...tls, crl: issuer.revoke(bad) } });
  stage.check("its open connection goes on", (await before("open")) === "ok");
  const refused = await open(bad)("after");
  stage.check("a new one is refused, and told why", /the client's certificate .*was revoked/.test(refused), refused);
  const welcome = await open(good)("good");
  stage.check("another client of the same authority is not", welcome === "ok", welcome);
  const suspicious = await open(good, { crl: issuer.revoke(own) })("server");
  stage.check(
    "a client refuses a server whose certificate is revoked",
    /certificate .*was revoked/.test(suspicious),
    suspicious,
  );
}

async function portChangesHands(stage) {
  const server = await stage.server({ name: "first" });
  const load = stage.load([server.address], { perSecond: 50 }).start();
  await stage.wait(stage.seconds * 250);
  await server.kill();
  const other = await stage.server({ name: "other", service: "other", port: server.settings.port });
  const changedAt = performance.now();
  await stage.wait(stage.seconds * 250);
  const leavesAt = performance.now();
  await other.kill();
  await server.start();
  const backAt = performance.now();
  await stage.wait(stage.seconds * 250);
  const summary = await load.stop();
  stage.checkSound(summary);
  const crossed = load.records.filter(({ server: name }) => name === "other").length;
  stage.check("no call reaches the other service", crossed === 0, crossed);
  const meanwhile = load.records.filter(({ startedAt }) => startedAt > changedAt + 600 && startedAt < leavesAt - 50);
  const told = meanwhile.filter(({ outcome }) => outcome === "unimplemented").length;
  stage.check(
    "calls are told that the service is not there",
    meanwhile.length > 0 && told === meanwhile.length,
    `${told} of ${meanwhile.length}`,
  );
  const later = load.records.filter(({ startedAt }) => startedAt > backAt + 1000);
  stage.check(
    "calls succeed again when it is back",
    later.length > 0 && failedOf(later).length === 0,
    failedOf(later)[0]?.message,
  );
  stage.figure(`${told} calls were told that another service is there`);
}

export const cases = [
  { id: "F18a", title: "the wall clock of clients jumps by an hour and by ten years", run: wallJumps },
  { id: "F18b", title: "the wall clocks of servers and of their hub are set (libfaketime)", run: clocksAreSet },
  { id: "F19", title: "clocks of servers 5 minutes apart", run: skewedPeers },
  {
    id: "F20",
    title: "certificates: expiry while connected, new leaf, new authority, broken reload, revocation",
    run: certificates,
  },
  { id: "F25", title: "a port changes hands to another service, and back", run: portChangesHands },
];
