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

const refusal = (origin: string, hosts: string[], changes: Partial<UpgradeRequest> = {}): string | undefined => {
  const host = new URL(origin).host;
  return refusalOf(
    { ...request, ...changes, headers: { ...headers, origin, host, ...changes.headers } },
    upgradeRules("/rpc", [], hosts),
  )?.why;
};

const statusOf = (origin: string | undefined, origins: string[] = [], changes: Partial<UpgradeRequest> = {}): number =>
  refusalOf(
    { ...request, ...changes, headers: { ...headers, origin, ...changes.headers } },
    upgradeRules("/rpc", origins),
  )?.status ?? 101;

describe("an origin", () => {
  it.each<[string, string | undefined, string[], number]>([
    ["none, from what is no browser", undefined, [], 101],
    ["the server's own behind a proxy that does TLS", "https://api.example", [], 101],
    ["under the same name without TLS, which may be anybody's", "http://api.example", [], 403],
    ["the same, where it is listed", "http://api.example", ["http://api.example"], 101],
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
    ["192.168.1.10:7000", 101],
    ["[fd00::7]:7000", 101],
    ["stranger.example:7000", 403],
    ["localhost.stranger.example:7000", 403],
    ["stranger-localhost:7000", 403],
    ["localhost.:7000", 403],
    ["127.0.0.1.stranger.example:7000", 403],
    ["192-168-1-10.stranger.example:7000", 403],
    ["nas:7000", 403],
    ["nas.local:7000", 403],
  ])("%s without TLS, in a private network and at an address that only this machine has", (host, status) => {
    for (const isLoopback of [false, true]) {
      const changes = { isLoopback, headers: { ...headers, host } };
      expect(statusOf(`http://${host}`, [], changes)).toBe(status);
      expect(statusOf(`http://${host}`, [`http://${host}`], changes)).toBe(101);
    }
  });

  it("of https is the server's own under any name, but at an address that only this machine has", () => {
    const at = (isLoopback: boolean): string | undefined => refusal("https://orders.example", [], { isLoopback });
    expect(at(false)).toBeUndefined();
    expect(at(true)).toMatch(/^the origin https:\/\/orders.example is not let in: anybody can make a name lead here/);
    expect(refusal("https://orders.example", ["orders.example"], { isLoopback: true })).toBeUndefined();
  });

  it("does not count where the request names no host", () => {
    expect(statusOf("http://api.example", [], { headers: { ...headers, host: undefined } })).toBe(403);
  });
});

describe("names of the server", () => {
  it.each<[string, string[], boolean]>([
    ["http://orders.lan:7000", ["orders.lan"], true],
    ["http://orders.lan", ["other.lan", "orders.lan"], true],
    ["http://sub.orders.lan", ["orders.lan"], false],
    ["http://xorders.lan", ["orders.lan"], false],
    ["http://orders.lan.stranger.example", ["orders.lan"], false],
    ["http://sub.shop.example", [".shop.example"], true],
    ["http://a.b.shop.example", [".shop.example"], true],
    ["http://shop.example", [".shop.example"], true],
    ["http://myshop.example", [".shop.example"], false],
    ["http://shop.example.stranger.example", [".shop.example"], false],
  ])("%s with %j", (origin, hosts, isLetIn) => {
    for (const isLoopback of [false, true]) {
      const why = refusal(origin, hosts, { isLoopback });
      if (isLetIn) expect(why).toBeUndefined();
      else expect(why).toContain("anybody can make a name lead here (webSocket.hosts lists the names of this server)");
    }
  });

  it("let in no page that comes from elsewhere", () => {
    const changes = { headers: { host: "orders.lan:7000" } };
    expect(refusal("http://orders.lan:8000", ["orders.lan"], changes)).toContain("webSocket.origins lists");
    expect(refusal("http://sub.orders.lan:7000", [".orders.lan"], changes)).toContain("webSocket.origins lists");
    expect(refusal("http://orders.lan:7000", ["orders.lan"], { ...changes, isEncrypted: true })).toContain("origins");
  });

  it.each<[unknown, string]>([
    ["orders.lan", "webSocket.hosts is a list"],
    [["orders.lan:7000"], "did you mean orders.lan?"],
    [["http://orders.lan:7000/"], "did you mean orders.lan?"],
    [["Orders.lan"], "did you mean orders.lan?"],
    [["bücher.lan"], "did you mean xn--bcher-kva.lan?"],
    [[".Orders.lan"], "did you mean .orders.lan?"],
    [["*"], "a host is a name without scheme and port"],
    [["*.orders.lan"], "or .example for all names under it"],
    [["."], "not ."],
    [[""], "a host is a name"],
    [["orders.lan."], "a host is a name"],
    [["user@orders.lan"], "did you mean orders.lan?"],
    [["orders.lan/x"], "did you mean orders.lan?"],
    [["a b"], "a host is a name"],
    [[7], "not 7"],
    [[undefined], "not undefined"],
  ])("%j are refused where they make no sense", (hosts, sentence) => {
    expect(() => upgradeRules("/rpc", [], hosts)).toThrow(sentence);
  });

  it("may be addresses, which are let in anyway", () => {
    expect(upgradeRules("/rpc", [], ["127.0.0.1"]).hosts).toEqual(["127.0.0.1"]);
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
