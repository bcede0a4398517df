/** Which requests become WebSockets: origins above all. */

import { describe, expect, it } from "vitest";
import { refusalOf, upgradeRules, type UpgradeRequest } from "./upgrade-check.js";

const headers = {
  host: "api.example",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  "sec-websocket-protocol": "other, rpcgen.v1",
};
const request: UpgradeRequest = {
  method: "GET",
  url: "/rpc?x=1",
  httpVersion: "1.1",
  headers,
  isEncrypted: false,
  isLoopback: false,
};

const statusOf = (origin: string | undefined, origins: string[] = [], changes: Partial<UpgradeRequest> = {}): number =>
  refusalOf(
    { ...request, ...changes, headers: { ...headers, origin, ...changes.headers } },
    upgradeRules("/rpc", origins),
  )?.status ?? 101;

describe("an origin", () => {
  it.each<[string, string | undefined, string[], number]>([
    ["none, from what is no browser", undefined, [], 101],
    ["the server's own", "http://api.example", [], 101],
    ["the server's own behind a proxy that does TLS", "https://api.example", [], 101],
    ["of another host", "https://app.example", [], 403],
    ["of another port", "http://api.example:8080", [], 403],
    ["of a host that begins like the server's", "http://api.example.evil.example", [], 403],
    ["with a user that looks like the server", "http://api.example@evil.example", [], 403],
    ["with a path", "http://api.example/x", [], 403],
    ["of no scheme of the web", "file://api.example", [], 403],
    ["opaque", "null", [], 403],
    ["empty", "", [], 403],
    ["two in one", "http://api.example, https://evil.example", [], 403],
    ["that is listed", "https://app.example", ["https://app.example"], 101],
    ["of an app that is listed", "capacitor://localhost", ["capacitor://localhost"], 101],
    ["any, where all are let in", "https://evil.example", ["*"], 101],
    ["under one that is listed", "https://a.app.example", ["https://app.example"], 403],
  ])("%s", (_, origin, origins, status) => {
    expect(statusOf(origin, origins)).toBe(status);
  });

  it("of plain HTTP does not count as the server's own where that speaks TLS", () => {
    expect(statusOf("http://api.example", [], { isEncrypted: true })).toBe(403);
    expect(statusOf("https://api.example", [], { isEncrypted: true })).toBe(101);
  });

  it.each([
    ["localhost:7000", 101],
    ["127.0.0.1:7000", 101],
    ["[::1]:7000", 101],
    ["shop.localhost:7000", 101],
    ["stranger.example:7000", 403],
    ["localhost.stranger.example:7000", 403],
  ])("%s at an address that only this machine has", (host, status) => {
    const changes = { isLoopback: true, headers: { ...headers, host } };
    expect(statusOf(`http://${host}`, [], changes)).toBe(status);
    expect(statusOf(`http://${host}`, [`http://${host}`], changes)).toBe(101);
  });

  it("does not count where the request names no host", () => {
    expect(statusOf("http://api.example", [], { headers: { ...headers, host: undefined } })).toBe(403);
  });
});

describe("rules that make no sense are refused", () => {
  it.each<[unknown, unknown, string]>([
    ["rpc", [], "webSocket.path is a path such as /rpc"],
    ["/rpc?x", [], "without a query"],
    ["/rpc", "https://app.example", "webSocket.origins is a list"],
    ["/rpc", ["app.example"], "an origin is a scheme, a host and perhaps a port"],
    ["/rpc", ["https://app.example/"], "did you mean https://app.example?"],
    ["/rpc", ["https://App.example:443"], "did you mean https://app.example?"],
    ["/rpc", ["https://*.example"], "an origin is a scheme"],
    ["/rpc", [7], "not 7"],
  ])("%s %s", (path, origins, sentence) => {
    expect(() => upgradeRules(path, origins)).toThrow(sentence);
  });
});
