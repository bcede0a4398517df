/** The built server over its pipes: the dialogue that an editor holds with it. */

import { mkdtempSync, realpathSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type {
  CodeAction,
  CompletionItem,
  DocumentSymbol,
  Hover,
  Location,
  LocationLink,
  SemanticTokens,
  SymbolInformation,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import { formatSource } from "../../src/syntax/format/format.js";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import { AnsweredError, startServer } from "./lsp-client.js";
import type { LspClient, RunningServer } from "./lsp-client.js";
import { edited, money, orders, place, projectFiles, uriOf } from "./shop-project.js";

let directory: string;
let server: RunningServer;
let client: LspClient;
let version = 1;
const uri = (path: string): string => uriOf(join(directory, path));
const ordersUri = (): string => uri("rpc/orders.rpc");

beforeAll(async () => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "rpcgen-lsp-")));
  mkdirSync(join(directory, "rpc"));
  for (const [path, text] of Object.entries(projectFiles)) writeFileSync(join(directory, path), text);
  writeFileSync(join(directory, "rpcgen.config.ts"), `const root: string = "rpc";\nexport default { root };\n`);
  server = startServer(directory);
  client = server.client;
  await client.initialize([uriOf(directory)]);
  client.open(ordersUri(), orders);
});

afterAll(async () => {
  server.kill();
  await server.ended;
  rmSync(directory, { recursive: true, force: true });
});

/** Gives the open document another text and answers what the server then says about it. */
async function write(text: string): Promise<readonly string[]> {
  client.change(ordersUri(), ++version, { text });
  const wanted = version;
  const diagnostics = await client.diagnostics(ordersUri(), (published) => published.version === wanted);
  return diagnostics.map(({ code, range }) => `${String(code)} ${range.start.line}:${range.start.character}`);
}

async function labelsAt(text: string, needle: string, shift: number): Promise<readonly string[]> {
  await write(text);
  const items = await client.at<CompletionItem[]>("completion", ordersUri(), place(text, needle, shift));
  return items.map(({ label }) => label);
}

test("a right text has no diagnostics, a wrong one has them where it is wrong, with the proposal and the repair", async () => {
  expect(await write(orders)).toEqual([]);
  const wrong = orders.replace("status: Status", "status: Statsu");
  expect(await write(wrong)).toEqual(["unknown-type 10:12"]);
  const range = { start: place(wrong, "Statsu"), end: place(wrong, "Statsu", 6) };
  const actions = await client.request<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri: ordersUri() },
    range,
    context: { diagnostics: [] },
  });
  expect(actions.map(({ title }) => title)).toEqual(["Write `Status`"]);
  expect(edited(wrong, actions[0]?.edit?.changes?.[ordersUri()] ?? [])).toBe(orders);
  const hover = await client.at<Hover>("hover", ordersUri(), range.start);
  expect(JSON.stringify(hover.contents)).toContain("unknown-type");
});

test("related places and tags come along", async () => {
  await write(
    orders
      .replace("message Card {", "message Order {")
      .replace("3 price: shop.money.v1.Money", "3 price: shop.money.v1.Cash"),
  );
  const diagnostics = await client.diagnostics(ordersUri(), ({ version: at }) => at === version);
  const twice = diagnostics.find(({ code }) => code === "duplicate-declaration");
  expect(
    twice?.relatedInformation?.map(({ location, message }) => [location.uri, location.range.start.line, message]),
  ).toEqual([[ordersUri(), 8, "first declared here"]]);
  await write(orders.replace("3 price: shop.money.v1.Money", "3 price: shop.money.v1.Cash"));
  const [old] = await client.diagnostics(ordersUri(), ({ version: at }) => at === version);
  expect([old?.code, old?.tags]).toEqual(["deprecated-use", [2]]);
});

test("completion offers types, and the import of those that need one", async () => {
  const text = orders.replace("4 version: int64", "4 version: ").replace('import "money.rpc"\n', "");
  await write(text);
  const items = await client.at<CompletionItem[]>("completion", ordersUri(), place(text, "4 version: ", 11));
  const labels = items.map(({ label }) => label);
  expect(labels).toEqual(
    expect.arrayContaining(["Order", "Status", "int64", "timestamp", "map", "google.protobuf.Any"]),
  );
  expect(labels).not.toContain("OutOfStock");
  const money = items.find(({ label }) => label === "shop.money.v1.Money");
  const [edit] = money?.additionalTextEdits ?? [];
  expect(edit === undefined ? "" : edited(text, [edit])).toContain('import "health.rpc"\nimport "money.rpc"\n');
  const any = items.find(({ label }) => label === "google.protobuf.Any");
  expect(any?.additionalTextEdits?.[0]?.newText).toContain('import "google/protobuf/any.rpc"');
});

test("completion knows what stands where", async () => {
  expect(await labelsAt(orders.replace("  reserved 9", "  \n  reserved 9"), "  \n  reserved", 2)).toContain("13");
  expect(await labelsAt(orders.replace("SHIPPED = 1", "SHIPPED = "), "SHIPPED = ", 10)).toEqual(["1"]);
  expect(await labelsAt(orders.replace("@js(number)", "@"), "@\n", 1)).toEqual(
    expect.arrayContaining(["js", "min", "required"]),
  );
  expect(await labelsAt(orders.replace("@js(number)", "@js()"), "@js(", 4)).toEqual(["bigint", "number", "string"]);
  expect(await labelsAt(orders.replace("throws OutOfStock", "throws "), "throws ", 7)).toEqual(["OutOfStock"]);
  expect(await labelsAt(orders.replace("extends shop.health.v1.Health", "extends "), "extends ", 8)).toEqual(
    expect.arrayContaining(["Orders", "shop.health.v1.Health"]),
  );
  expect(await labelsAt(orders.replace('import "money.rpc"', 'import "'), 'import "', 8)).toEqual(
    expect.arrayContaining(["money.rpc", "google/protobuf/any.rpc"]),
  );
  expect(await labelsAt(orders.replace("shop.orders.v1", ""), "package ", 8)).toEqual(
    expect.arrayContaining(["shop.money.v1", "shop.health.v1"]),
  );
  expect(await labelsAt(`${orders}\n`, "log(Order)\n}\n\n", 14)).toEqual(
    expect.arrayContaining(["message", "service", "import"]),
  );
  expect(await labelsAt(orders.replace("oneway log(Order)", "\n"), "OutOfStock\n  \n", 13)).toContain("oneway");
  expect(
    await labelsAt(orders.replace("message Card { 1 number: string }", "message Card { 1 number: map<> }"), "map<", 4),
  ).not.toContain("double");
  expect(await labelsAt(orders.replace("/// One order.", "/// One "), "/// One ", 8)).toEqual([]);
});

test("completion goes on where a brace was never closed", async () => {
  const broken = orders.replace("message Card { 1 number: string }", "message Card { 1 number: string\n  2 more: ");
  expect(await labelsAt(broken, "2 more: ", 8)).toEqual(expect.arrayContaining(["Order", "string"]));
});

test("hover tells the docs, and what becomes of a field in TypeScript, in JSON and on the wire", async () => {
  await write(orders);
  const hover = async (needle: string, shift = 0): Promise<string> => {
    const answer = await client.at<Hover | null>("hover", ordersUri(), place(orders, needle, shift));
    return JSON.stringify(answer?.contents ?? "");
  };
  expect(await hover("version:")).toContain("TypeScript: `number`");
  expect(await hover("version:")).toContain("on the wire: field 4");
  expect(await hover("int64")).toContain("bigint");
  expect(await hover("Money", 1)).toContain("An amount.");
  expect(await hover("@js", 1)).toContain("How a 64-bit integer shows in TypeScript.");
  expect(await hover("Orders extends")).toContain("1 inherited from `shop.health.v1.Health`");
  expect(await hover("get(")).toContain("/shop.orders.v1.Orders/Get");
});

test("definitions lead through imports, types, inherited services and into the standard library", async () => {
  const text = orders
    .replace('import "money.rpc"', 'import "money.rpc"\nimport "google/protobuf/any.rpc"')
    .replace("1 number: string", "1 number: google.protobuf.Any");
  await write(text);
  const target = async (needle: string, shift: number): Promise<string> => {
    const [link] = await client.at<LocationLink[]>("definition", ordersUri(), place(text, needle, shift));
    return `${link?.targetUri.replace(`${uriOf(directory)}/`, "") ?? ""}:${link?.targetSelectionRange.start.line ?? ""}`;
  };
  expect(await target('"money.rpc"', 3)).toBe("rpc/money.rpc:0");
  expect(await target("v1.Money", 4)).toBe("rpc/money.rpc:3");
  expect(await target("v1.Health", 4)).toBe("rpc/health.rpc:2");
  expect(await target("throws OutOfStock", 9)).toBe("rpc/orders.rpc:24");
  expect(await target("protobuf.Any", 10)).toMatch(/google\/protobuf\/any\.rpc:\d+$/);
});

test("references and highlights are of the thing, not of the word", async () => {
  await write(orders);
  const params = { context: { includeDeclaration: true } };
  const found = await client.at<Location[]>("references", ordersUri(), place(orders, "Order {"), params);
  expect(found.map(({ range }) => range.start.line)).toEqual([8, 27, 28]);
  const highlights = await client.at<Location[]>("documentHighlight", ordersUri(), place(orders, "Status {"));
  expect(highlights.map(({ range }) => range.start.line)).toEqual([5, 10]);
});

test("a rename reaches all files, and is refused with a reason where it would change a meaning", async () => {
  await write(orders);
  const rename = (needle: string, newName: string): Promise<WorkspaceEdit> =>
    client.at<WorkspaceEdit>("rename", ordersUri(), place(orders, needle, 1), { newName });
  const { changes = {} } = await rename("Money", "Amount");
  expect(edited(orders, changes[ordersUri()] ?? [])).toContain("3 price: shop.money.v1.Amount\n");
  expect(edited(money, changes[uri("rpc/money.rpc")] ?? [])).toContain("message Amount {");
  await expect(rename("Order {", "Card")).rejects.toThrow("`Card` is declared");
  await expect(rename("Order {", "2nd")).rejects.toThrow("no name");
  await expect(rename("Order {", "string")).rejects.toThrow("type of the language");
  await expect(rename("id: string\n  2", "status")).rejects.toBeInstanceOf(AnsweredError);
  await expect(client.at("prepareRename", ordersUri(), place(orders, "int64"))).rejects.toThrow(
    "belongs to the language",
  );
  const prepared = await client.at<{ placeholder: string }>("prepareRename", ordersUri(), place(orders, "Card {"));
  expect(prepared.placeholder).toBe("Card");
});

test("a document is formatted as the command formats it, and a broken one is left alone", async () => {
  const format = async (text: string): Promise<string> => {
    await write(text);
    const options = { tabSize: 2, insertSpaces: true };
    return edited(
      text,
      await client.request("textDocument/formatting", { textDocument: { uri: ordersUri() }, options }),
    );
  };
  const messy = orders.replace("message Card { 1 number: string }", "message   Card{1 number:string}");
  expect(await format(messy)).toBe(formatSource(messy));
  expect(await format(messy.replaceAll("\n", "\r\n"))).toBe(formatSource(messy.replaceAll("\n", "\r\n")));
  const broken = orders.replace("message Card { 1 number: string }", "message Card { 1 number: string");
  expect(await format(broken)).toBe(broken);
});

test("symbols, folds, links and colours", async () => {
  await write(orders);
  const of = <R>(method: string, more: object = {}): Promise<R> =>
    client.request<R>(`textDocument/${method}`, { textDocument: { uri: ordersUri() }, ...more });
  const symbols = await of<DocumentSymbol[]>("documentSymbol");
  expect(symbols.map(({ name }) => name)).toEqual(["Status", "Order", "Card", "OutOfStock", "Orders"]);
  expect(symbols[1]?.children?.map(({ name }) => name)).toEqual(["id", "status", "price", "version", "payment"]);
  const found = await client.request<SymbolInformation[]>("workspace/symbol", { query: "cur" });
  expect(found.map(({ name }) => name)).toEqual(["Currency"]);
  const folds = await of<{ startLine: number; endLine: number }[]>("foldingRange");
  expect(folds).toContainEqual({ startLine: 2, endLine: 3, kind: "imports" });
  const links = await of<{ target: string }[]>("documentLink");
  expect(links.map(({ target }) => target)).toEqual([uri("rpc/money.rpc"), uri("rpc/health.rpc")]);
  const all = await of<SemanticTokens>("semanticTokens/full");
  const range = { start: place(orders, "message Card"), end: place(orders, "error OutOf") };
  const some = await of<SemanticTokens>("semanticTokens/range", { range });
  // keyword, struct, number, property, type
  expect(some.data.filter((_, index) => index % 5 === 3)).toEqual([10, 5, 13, 7, 1]);
  expect(all.data.length).toBeGreaterThan(some.data.length);
  const help = await client.at<{ signatures: { label: string }[] }>(
    "signatureHelp",
    ordersUri(),
    place(orders, "number)"),
  );
  expect(help.signatures[0]?.label).toBe("@js(bigint | number | string)");
});

test("edits at surrogate pairs and outside of the text are carried out where they can only mean", async () => {
  await write(orders);
  const emoji = place(orders, "😀");
  client.change(ordersUri(), ++version, {
    range: { start: emoji, end: { line: emoji.line, character: emoji.character + 2 } },
    text: "🙂🙂",
  });
  client.change(ordersUri(), ++version, {
    range: { start: { line: 9_999, character: 9_999 }, end: { line: 10_000, character: 0 } },
    text: "message Last { 1 a: Nowhere }\n",
  });
  const diagnostics = await client.diagnostics(ordersUri(), ({ version: at }) => at === version);
  expect(diagnostics.map(({ code, range }) => [code, range.start.line])).toEqual([
    ["unknown-type", orders.split("\n").length - 1],
  ]);
  await write(orders);
  expect(await client.at("hover", ordersUri(), { line: 10_000, character: 10_000 })).toBeNull();
});

test("an unsaved text counts for the files that import it, until it is closed", async () => {
  await write(orders);
  const moneyUri = uri("rpc/money.rpc");
  client.open(moneyUri, money.replace("message Money", "message Amount"));
  const broken = await client.diagnostics(ordersUri(), ({ diagnostics }) => diagnostics.length > 0);
  expect(broken.map(({ code }) => code)).toEqual(["unknown-type"]);
  client.close(moneyUri);
  expect(await client.diagnostics(ordersUri(), ({ diagnostics }) => diagnostics.length === 0)).toEqual([]);
});

test("files that come, change and go are noticed", async () => {
  await write(orders.replace('import "money.rpc"', 'import "money.rpc"\nimport "later.rpc"'));
  expect((await client.diagnostics(ordersUri(), ({ version: at }) => at === version))[0]?.code).toBe(
    "import-not-found",
  );
  const laterUri = uri("rpc/later.rpc");
  const later = join(directory, "rpc/later.rpc");
  const changed = (type: number): void =>
    client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: laterUri, type }] });
  writeFileSync(later, "package shop.later.v1\nmessage Later { 1 a: Nowhere }\n");
  changed(1);
  expect((await client.diagnostics(laterUri, ({ diagnostics }) => diagnostics.length > 0))[0]?.code).toBe(
    "unknown-type",
  );
  rmSync(later);
  changed(3);
  expect(await client.diagnostics(laterUri, ({ diagnostics }) => diagnostics.length === 0)).toEqual([]);
  await write(orders);
});

test("the configuration is read again when it changes, and what is wrong with it is said in it", async () => {
  const configUri = uri("rpcgen.config.ts");
  const config = join(directory, "rpcgen.config.ts");
  const changed = (): void =>
    client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: configUri, type: 2 }] });
  writeFileSync(config, "export default { rot: 1 };\n");
  changed();
  const [problem] = await client.diagnostics(configUri, ({ diagnostics }) => diagnostics.length > 0);
  expect(problem?.message).toContain("did you mean `root`?");
  writeFileSync(config, `export default { root: "rpc" };\n`);
  changed();
  expect(await client.diagnostics(configUri, ({ diagnostics }) => diagnostics.length === 0)).toEqual([]);
});

test("a file outside of every project and one that was never saved are looked at by themselves", async () => {
  const other = createTemporaryDirectory({ "alone.rpc": "package a\nmessage A { 1 b: Nowhere }\n" });
  client.open(uriOf(other.at("alone.rpc")), other.read("alone.rpc"));
  client.open("untitled:Untitled-1", "package a\nmessage A { 1 b: Nowhere }\n");
  for (const one of [uriOf(other.at("alone.rpc")), "untitled:Untitled-1"]) {
    const [diagnostic] = await client.diagnostics(one, ({ diagnostics }) => diagnostics.length > 0);
    expect(diagnostic?.code).toBe("unknown-type");
    client.close(one);
  }
});

test("a request that was taken back is answered as cancelled", async () => {
  await expect(client.cancelled("workspace/symbol", { query: "" })).rejects.toMatchObject({ code: -32800 });
});

test("a malformed request is refused, and the server lives on", async () => {
  await expect(client.request("textDocument/hover", {})).rejects.toBeInstanceOf(AnsweredError);
  expect(client.logged.some((line) => line.startsWith("internal error in hover"))).toBe(true);
  await expect(client.request("textDocument/nothing", {})).rejects.toMatchObject({ code: -32601 });
  expect(await client.at("hover", ordersUri(), place(orders, "Order {"))).not.toBeNull();
});

test("the process ends with 0 after a goodbye, and with 1 without one", async () => {
  const polite = startServer(directory);
  const rude = startServer(directory);
  onTestFinished(() => [polite, rude].forEach(({ kill }) => kill()));
  await Promise.all([polite.client.initialize([]), rude.client.initialize([])]);
  expect(await polite.client.request("shutdown", null)).toBeNull();
  polite.client.notify("exit", null);
  rude.client.notify("exit", null);
  expect(await polite.ended).toBe(0);
  expect(await rude.ended).toBe(1);
  expect(polite.stderr() + rude.stderr()).toBe("");
});
