/** Go to definition from code that uses what was generated: real language services have to arrive in the `.rpc` file. */

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import type { Location, LocationLink } from "vscode-languageserver/node";
import { runCommand } from "../command/run-command.js";
import { LspClient } from "../language-server/lsp-client.js";
import { place, uriOf } from "../language-server/shop-project.js";

const require = createRequire(import.meta.url);

// Each starts a language service of its own.
vi.setConfig({ testTimeout: 60_000 });

/** Names stand behind several lines of docs, behind an emoji on their own line, and behind lines that end in two characters. */
const shop = `package shop.v1
import "health.rpc"

/// Where an order stands.
enum Status { /* 😀😀 */ PENDING = 0, SHIPPED = 1 }

/// One line,
/// and another with 😀,
/// and a third.
message Order {
  /* 😀 */ 1 id: string
  2 status: Status
  payment?: union { 3 card: Card, 4 voucher: uint32 }
}
message Card { 1 number: string }

/// There are none left.
error OutOfStock { 1 sku: string }

service Orders extends Health {
  /// Places
  /// an order.
  place(sku: string): Order throws OutOfStock
}
`.replaceAll("\n", "\r\n");

const health = `package shop.v1
service Health { ping(): bool }
`;

const use = `import { createOrdersClient } from "./gen/shop.client.js";
import { OutOfStock } from "./gen/shop.types.js";
import type { Order, Status } from "./gen/shop.types.js";
import { encodeOrder } from "./gen/shop.codec.js";
import { Orders } from "./gen/shop.methods.js";

const orders = createOrdersClient(undefined as never);
const order: Order = await orders.place("apple");
const alive = await orders.ping();
const status: Status = order.status;
const paid = order.payment;
encodeOrder;
Orders.place;
new OutOfStock({ sku: order.id }, "none");
export { alive, paid, status };
`;

/** What is asked for in the using file, and where it has to lead: a file, and what stands there. */
const questions: readonly (readonly [asked: string, shift: number, path: string, text: string, index?: number])[] = [
  ["createOrdersClient(", 0, "shop.rpc", "Orders extends"],
  ["order: Order", 7, "shop.rpc", "Order {"],
  ["orders.place", 7, "shop.rpc", "place("],
  ["orders.ping", 7, "health.rpc", "ping("],
  ["order.status", 6, "shop.rpc", "status: Status"],
  ["status: Status", 8, "shop.rpc", "Status {"],
  ["order.payment", 6, "shop.rpc", "payment?"],
  ["order.id", 6, "shop.rpc", "id: string"],
  ["encodeOrder;", 0, "shop.rpc", "Order {"],
  ["Orders.place", 7, "shop.rpc", "place("],
];

/** The same through what generated files export, and through the `.rpc` file itself, as a bundler lets one import it. */
const forms = [
  { name: "generated files", folder: ".", text: use, compilerOptions: { module: "nodenext" } },
  {
    name: "the .rpc file",
    folder: "imports",
    text: use.replace(/"\.\/gen\/shop\.\w+\.js"/g, '"../rpc/shop.rpc"'),
    compilerOptions: { module: "esnext", moduleResolution: "bundler", allowArbitraryExtensions: true },
  },
] as const;

let directory: string;
const at = (path: string): string => join(directory, path);

beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "rpcgen-definitions-")));
  for (const folder of ["rpc", "imports", "node_modules/@rpcgen"]) mkdirSync(at(folder), { recursive: true });
  symlinkSync(fileURLToPath(new URL("../../../runtime", import.meta.url)), at("node_modules/@rpcgen/runtime"));
  writeFileSync(at("rpc/shop.rpc"), shop);
  writeFileSync(at("rpc/health.rpc"), health);
  writeFileSync(at("package.json"), `{ "type": "module" }`);
  for (const { folder, text, compilerOptions } of forms) {
    const options = { target: "es2022", types: [], ...compilerOptions };
    writeFileSync(at(`${folder}/use.ts`), text);
    writeFileSync(at(`${folder}/tsconfig.json`), JSON.stringify({ compilerOptions: options, files: ["use.ts"] }));
  }
  for (const args of [["compile", "--emit", "js"], ["types"]]) {
    const { code, stderr } = runCommand([...args, "--quiet"], { cwd: directory });
    expect([code, stderr]).toEqual([0, ""]);
  }
}, 60_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const expected = questions.map(([, , path, text]) => {
  const { line, character } = place(path === "shop.rpc" ? shop : health, text);
  return `${path}:${line}:${character}`;
});

const servers = ["typescript5", "typescript"].flatMap((name) => forms.map((form) => ({ ...form, server: name })));

for (const { server, name, folder, text: use } of servers) {
  test(`the tsserver of ${server} goes to the name in the .rpc file, through ${name}`, async () => {
    const tsserver = startTsserver(require.resolve(`${server}/lib/tsserver.js`), directory);
    const file = at(folder === "." ? "use.ts" : `${folder}/use.ts`);
    tsserver.tell("open", { file, fileContent: use });
    const answers: string[] = [];
    for (const [asked, shift] of questions) {
      const { line, character } = place(use, asked, shift);
      const [first] = await tsserver.ask<TsserverSpan[]>("definition", { file, line: line + 1, offset: character + 1 });
      const { file: found = "", start = { line: 0, offset: 0 } } = first ?? {};
      answers.push(`${found.replace(at("rpc/"), "")}:${start.line - 1}:${start.offset - 1}`);
    }
    expect(answers).toEqual(expected);
  });
}

test.each(forms)(
  "the language server of TypeScript 7 goes to the name in the .rpc file, through $name",
  async (form) => {
    const tsc = require.resolve("typescript7/package.json").replace("package.json", "bin/tsc");
    const child = spawn(process.execPath, [tsc, "--lsp", "--stdio"], { cwd: directory });
    onTestFinished(() => void child.kill());
    const client = new LspClient(child.stdout, child.stdin);
    await client.initialize([uriOf(directory)]);
    const { folder, text } = form;
    const uri = uriOf(at(folder === "." ? "use.ts" : `${folder}/use.ts`));
    client.notify("textDocument/didOpen", { textDocument: { uri, languageId: "typescript", version: 1, text } });
    const answers: string[] = [];
    for (const [asked, shift] of questions) {
      const found = await client.at<Location | (Location | LocationLink)[]>(
        "definition",
        uri,
        place(text, asked, shift),
      );
      const [first] = Array.isArray(found) ? found : [found];
      const target =
        first === undefined || "uri" in first ? first : { uri: first.targetUri, range: first.targetSelectionRange };
      const { line = -1, character = -1 } = target?.range.start ?? {};
      answers.push(`${target?.uri.replace(uriOf(at("rpc/")), "") ?? ""}:${line}:${character}`);
    }
    expect(answers).toEqual(expected);
  },
);

test("JavaScript and declarations stand where TypeScript would, and the JavaScript runs", () => {
  const written = readdirSync(at("gen"));
  expect(written).toEqual(expect.arrayContaining(["shop.client.js", "shop.client.d.ts", "shop.client.d.ts.map"]));
  expect(written.filter((name) => /(?<!\.d)\.ts$/.test(name))).toEqual([]);
  const script = `
    import { orderToJson } from "./gen/shop.codec.js";
    import { OutOfStock } from "./gen/shop.types.js";
    console.log(JSON.stringify(orderToJson({ id: "A", status: "SHIPPED" })), new OutOfStock({ sku: "b" }).detail.sku);`;
  writeFileSync(at("run.js"), script);
  const { stdout, stderr } = spawnSync(process.execPath, [at("run.js")], { encoding: "utf8" });
  expect([stdout, stderr]).toEqual([`{"id":"A","status":"SHIPPED"} b\n`, ""]);
});

test("a second run finds everything up to date", () => {
  const { stderr } = runCommand(["compile", "--emit", "js"], { cwd: directory });
  expect(stderr).toBe("  up to date\n");
  expect(runCommand(["compile", "--emit", "js", "--check"], { cwd: directory }).code).toBe(0);
});

test("JavaScript that would import .ts files is refused", () => {
  const { code, stderr } = runCommand(["compile", "--emit", "js", "--import-extension", ".ts"], { cwd: directory });
  expect([code, stderr]).toEqual([2, expect.stringContaining("JavaScript cannot import its own files")]);
});

interface TsserverSpan {
  readonly file: string;
  readonly start: { readonly line: number; readonly offset: number };
}

interface Tsserver {
  tell(command: string, parameters: object): void;
  ask<R>(command: string, parameters: object): Promise<R>;
}

/** Requests are lines of JSON, and so are the answers, between lines about their length. */
function startTsserver(path: string, cwd: string): Tsserver {
  const child = spawn(process.execPath, [path, "--disableAutomaticTypingAcquisition"], { cwd });
  onTestFinished(() => void child.kill());
  const waiting = new Map<number, (body: unknown) => void>();
  let received = "";
  let seq = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    received += chunk.toString();
    const lines = received.split("\n");
    received = lines.pop() ?? "";
    for (const line of lines.filter((one) => one.startsWith("{"))) {
      const { request_seq: request, body } = JSON.parse(line) as { request_seq?: number; body?: unknown };
      if (request !== undefined) waiting.get(request)?.(body);
    }
  });
  const tell = (command: string, parameters: object): void => {
    child.stdin.write(`${JSON.stringify({ seq: ++seq, type: "request", command, arguments: parameters })}\n`);
  };
  return {
    tell,
    ask: <R>(command: string, parameters: object) => {
      tell(command, parameters);
      const request = seq;
      return new Promise<R>((resolve) => void waiting.set(request, (body) => resolve(body as R)));
    },
  };
}
