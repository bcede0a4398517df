/** The colours of the examples, by the engine that VS Code uses. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const require = createRequire(import.meta.url);
const examples = new URL("../../../idl-examples/", import.meta.url);

await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer);
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) => {
    if (scope !== "source.rpc") return null;
    const path = new URL("../syntaxes/rpc.tmLanguage.json", import.meta.url);
    return textmate.parseRawGrammar(readFileSync(path, "utf8"), "rpc.tmLanguage.json");
  },
});
const grammar = await registry.loadGrammar("source.rpc");

/** Each token with its innermost scope. */
function tokensOf(text) {
  let state = textmate.INITIAL;
  return text.split(/\r?\n/).flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    return tokens.map(({ startIndex, endIndex, scopes }) => ({
      text: line.slice(startIndex, endIndex),
      scope: scopes.at(-1),
      scopes,
    }));
  });
}

/** The scopes of a piece of text, each time it stands as a token of its own. */
function scopesOf(tokens, text) {
  return [...new Set(tokens.filter((token) => token.text.trim() === text).map(({ scope }) => scope))];
}

const files = readdirSync(examples, { recursive: true }).filter((name) => name.endsWith(".rpc"));

for (const file of files) {
  test(`every word of ${file} has a colour`, () => {
    const plain = tokensOf(readFileSync(new URL(file, examples), "utf8")).filter(
      ({ text, scopes }) => /\w/.test(text) && scopes.every((scope) => scope === "source.rpc"),
    );
    assert.deepEqual(plain, []);
  });
}

test("words have the colour of what they are", () => {
  const tokens = tokensOf(readFileSync(new URL("shop/orders.rpc", examples), "utf8"));
  assert.deepEqual(scopesOf(tokens, "package"), ["keyword.control.package.rpc"]);
  assert.deepEqual(scopesOf(tokens, "shop.orders.v1"), ["entity.name.namespace.rpc"]);
  assert.deepEqual(scopesOf(tokens, "message"), ["storage.type.message.rpc"]);
  assert.deepEqual(scopesOf(tokens, "LineItem"), ["entity.name.type.message.rpc", "entity.name.type.rpc"]);
  assert.deepEqual(scopesOf(tokens, "quantity"), ["variable.other.property.rpc"]);
  assert.deepEqual(scopesOf(tokens, "uint32"), ["support.type.rpc"]);
  assert.deepEqual(scopesOf(tokens, "SHIPPED"), ["variable.other.enummember.rpc"]);
  assert.deepEqual(scopesOf(tokens, "minLength"), ["storage.type.annotation.rpc"]);
  assert.deepEqual(scopesOf(tokens, "FAILED_PRECONDITION"), ["constant.other.rpc"]);
  assert.deepEqual(scopesOf(tokens, "reserved"), ["keyword.other.reserved.rpc"]);
  assert.deepEqual(scopesOf(tokens, "oneway"), ["storage.modifier.oneway.rpc"]);
  assert.deepEqual(scopesOf(tokens, "place"), ["entity.name.function.rpc"]);
  assert.deepEqual(scopesOf(tokens, "throws"), ["keyword.other.throws.rpc"]);
  assert.deepEqual(scopesOf(tokens, "includeItems"), ["variable.parameter.rpc"]);
  assert.ok(
    tokens.some(
      ({ text, scope }) => text.includes("Where an order stands") && scope === "comment.line.documentation.rpc",
    ),
  );
});

test("keywords that are names have the colour of names", () => {
  const tokens = tokensOf(
    "message message {\n  1 stream: string\n  2 reserved?: map<string, error>\n}\nservice S { import(stream stream): stream to }",
  );
  assert.deepEqual(scopesOf(tokens, "reserved"), ["variable.other.property.rpc"]);
  assert.deepEqual(scopesOf(tokens, "import"), ["entity.name.function.rpc"]);
  assert.deepEqual(scopesOf(tokens, "to"), ["entity.name.type.rpc"]);
  assert.deepEqual(scopesOf(tokens, "message"), ["storage.type.message.rpc", "entity.name.type.message.rpc"]);
});

test("what is written on one line, and what is broken, does not run over its end", () => {
  const tokens = tokensOf('message A { 1 a: string, 2 b: int32[] }\nimport "open\nenum E { A = 0 }');
  assert.deepEqual(scopesOf(tokens, "b"), ["variable.other.property.rpc"]);
  assert.deepEqual(scopesOf(tokens, "E"), ["entity.name.type.enum.rpc"]);
});
