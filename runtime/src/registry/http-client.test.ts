/** The HTTP client of registries goes on to the next server, keeps to its limits, and always ends. */

import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ca, main, trusted } from "../../test/kit/tls.js";
import { systemClock } from "../clock.js";
import { VirtualClock } from "../testing/virtual-clock.js";
import { HttpClient, type HttpOptions } from "./http-client.js";
import { statusFailure } from "./http-failure.js";

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  );
  return (server.address() as AddressInfo).port;
}

const plain = async (answer: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listen(createServer(answer))}`;

/** A server that reads and never says a word, or says something and hangs up. */
async function raw(says?: string): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.resume();
    if (says !== undefined) socket.end(says);
    onTestFinished(() => void socket.destroy());
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

async function refusing(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

function client(servers: readonly string[], options: Partial<HttpOptions> = {}): HttpClient {
  const made = new HttpClient({ servers, clock: systemClock, ...options });
  onTestFinished(() => made.close());
  return made;
}

const get = { method: "GET", path: "/a?b=c" } as const;

test("a request carries what it says, and the answer what the server says", async () => {
  const server = await plain((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (piece: string) => (body += piece));
    request.on("end", () => {
      response.setHeader("X-Index", "7");
      response.statusCode = 418;
      response.end(`${request.method} ${request.url} ${String(request.headers["x-token"])} ${body}`);
    });
  });
  const http = client([server]);
  const answer = await http.request({ ...get, method: "PUT", headers: { "x-token": "t" }, body: "größe" });
  expect(answer).toMatchObject({ status: 418, text: "PUT /a?b=c t größe", server });
  expect([answer.header("X-INDEX"), answer.header("nothing")]).toEqual(["7", ""]);
  expect(statusFailure(answer)).toMatchObject({ code: "internal" });
});

test("a server that cannot be reached makes room for the next, which stays", async () => {
  const good = await plain((_request, response) => response.end("well"));
  const http = client([await refusing(), await raw("HTTP nonsense\r\n\r\n"), await raw(""), good]);
  expect((await http.request(get)).text).toBe("well");
  expect(http.server).toBe(good);
  http.moveOn("http://other:1");
  expect(http.server).toBe(good);
  http.moveOn(good);
  expect(http.server).not.toBe(good);
});

test("who is reached nowhere hears why", async () => {
  const server = await refusing();
  await expect(client([server, server]).request(get)).rejects.toMatchObject({
    code: "unavailable",
    message: `${server}: the connection was refused (ECONNREFUSED)`,
  });
});

test("a silent server is given up in time, before the head and in the middle of the answer", async () => {
  const silent = await raw();
  await expect(client([silent], { timeoutMs: 30 }).request(get)).rejects.toMatchObject({
    code: "unavailable",
    message: `${silent} did not answer within timeoutMs = 30`,
  });
  const half = await plain((_request, response) => void response.write("half"));
  await expect(client([half], { timeoutMs: 30 }).request(get)).rejects.toThrow("did not answer within timeoutMs = 30");
  await expect(client([silent]).stream({ ...get, timeoutMs: 20 })).rejects.toThrow("within timeoutMs = 20");
});

test("an answer and a line may be only so long", async () => {
  const server = await plain((_request, response) => response.end("x".repeat(10_000)));
  const http = client([server], { answerBytesMax: 9999 });
  const code = "resource-exhausted";
  await expect(http.request(get)).rejects.toMatchObject({
    code,
    message: `${server}: the answer is over the limit answerBytesMax = 9999`,
  });
  const stream = await http.stream(get);
  await expect(collect(stream.lines())).rejects.toMatchObject({ code });
});

test("an answer that is cut off is a failure, and never half an answer", async () => {
  const server = await raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
  await expect(client([server]).request(get)).rejects.toMatchObject({ code: "unavailable" });
  const stream = await client([server]).stream(get);
  await expect(collect(stream.lines())).rejects.toMatchObject({ code: "unavailable" });
});

test("a stream is read line by line, wherever it is cut, and its end is told", async () => {
  const text = "größe\r\nsecond\n\nlast without an end";
  const server = await plain((_request, response) => {
    const bytes = Buffer.from(text);
    let at = 0;
    const next = (): void => {
      if (at >= bytes.length) return void response.end();
      response.write(bytes.subarray(at, ++at));
      setImmediate(next);
    };
    next();
  });
  const stream = await client([server]).stream(get);
  expect(stream.status).toBe(200);
  expect(await collect(stream.lines())).toEqual(["größe", "second", "", "last without an end"]);
});

test("a stream may be silent for longer than a request may take, and is cut when it is closed or aborted", async () => {
  let closed = 0;
  let goOn = (): void => {};
  const server = await plain((request, response) => {
    response.write("one\n");
    request.on("close", () => closed++);
    goOn = () => response.write("two\n");
  });
  const clock = new VirtualClock();
  const http = client([server], { timeoutMs: 30, clock });
  const abort = new AbortController();
  const lines: string[] = [];
  await expect(
    (async () => {
      for await (const line of (await http.stream({ ...get, signal: abort.signal })).lines()) {
        lines.push(line);
        if (line === "two") abort.abort();
        else {
          await clock.advance(60);
          goOn();
        }
      }
    })(),
  ).rejects.toMatchObject({ code: "cancelled" });
  expect(lines).toEqual(["one", "two"]);
  for await (const line of (await http.stream(get)).lines()) {
    expect(line).toBe("one");
    break;
  }
  await expect.poll(() => closed).toBe(2);
});

test("abort and close end whatever is under way", async () => {
  const http = client([await raw()]);
  const abort = new AbortController();
  const aborted = http.request({ ...get, signal: abort.signal });
  const cut = http.stream(get);
  setTimeout(() => abort.abort(), 10);
  await expect(aborted).rejects.toMatchObject({ code: "cancelled" });
  http.close();
  await expect(cut).rejects.toMatchObject({ code: "cancelled" });
  await expect(http.request(get)).rejects.toMatchObject({ code: "cancelled" });
});

test("TLS checks the server, and shows a certificate where one is given", async () => {
  const own = trusted.issue({ commonName: "client", names: ["DNS:client.test"] });
  const server = createTlsServer(
    { cert: main.certificate, key: main.key, ca, requestCert: true, rejectUnauthorized: false },
    (request, response) => response.end(String((request.socket as unknown as { authorized: boolean }).authorized)),
  );
  const place = `https://127.0.0.1:${await listen(server)}`;
  const certificate = { certificate: own.certificate, key: own.key };
  expect((await client([place], { tls: { ca } }).request(get)).text).toBe("false");
  expect((await client([place], { tls: { ca, ...certificate } }).request(get)).text).toBe("true");
  expect((await client([place], { tls: { ca, serverName: "orders.test" } }).request(get)).text).toBe("false");
  await expect(client([place]).request(get)).rejects.toMatchObject({ code: "unavailable" });
  await expect(client([place], { tls: { ca, serverName: "other.test" } }).request(get)).rejects.toThrow("other.test");
  await expect(client([place], { tls: { ca: "no PEM" } }).request(get)).rejects.toMatchObject({
    code: "invalid-argument",
  });
});

test.each([
  [[], "at least one server"],
  [["ftp://a:1"], "ftp://a:1 is no server of a registry; write http://host:port"],
  [["http://a;b:1"], "is no server of a registry"],
  [["http://a"], "is no server of a registry"],
])("servers %j are refused", (servers, why) => {
  expect(() => client(servers)).toThrow(why);
});

test("certificates are not given to servers without TLS", () => {
  expect(() => client(["http://a:1"], { tls: { ca } })).toThrow("with tls it has to be https://");
});

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
