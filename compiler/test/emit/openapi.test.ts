/** The exported OpenAPI documents, asked of a validator with the official schema of OpenAPI 3.1. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { emitOpenapi } from "../../src/emit/openapi/emit-openapi.js";
import { analyzeTexts, schemaOf } from "../support/analyze-text.js";

const examples = join(import.meta.dirname, "../../../idl-examples");

test.each(["greeter", "shop", "route-guide", "chat", "library", "evolution/v2", "torture"])(
  "what is exported of %s is OpenAPI 3.1",
  async (folder) => {
    const directory = join(examples, folder);
    const paths = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".rpc"));
    const texts = Object.fromEntries(paths.map((path) => [path, readFileSync(join(directory, path), "utf8")]));
    const { schema } = analyzeTexts(texts, paths);
    const text = emitOpenapi(schema).get("openapi.json") ?? "";
    const document = JSON.parse(text) as object;
    const validator = new Validator();
    expect(await validator.validate(text)).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
    // Every reference leads somewhere.
    const { schemas } = (document as { readonly components: { readonly schemas: object } }).components;
    for (const [, name = ""] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]*)"/g)) {
      expect(Object.keys(schemas)).toContain(name);
    }
  },
);

const shop = `
  /// A shop.
  package shop.v1
  message Order { 1 id: string }
  @code(NOT_FOUND) error NoOrder { 1 id: string }
  @code(INVALID_ARGUMENT) error BadId {}
  @code(FAILED_PRECONDITION) error Closed {}
  /// Takes orders.
  service Orders {
    /// One order.
    ///
    /// Only yours.
    @idempotent @timeout(2s) get(id: string): Order throws NoOrder, BadId, Closed
    @deprecated oneway ping()
    watch(Order): stream Order
  }`;

test("errors are responses by status, streams are named, and what is declared is told", () => {
  const document = JSON.parse(emitOpenapi(schemaOf(shop)).get("openapi.json") ?? "") as {
    readonly paths: Readonly<Record<string, { readonly post: { readonly responses: object } }>>;
  };
  expect(document).toMatchObject({
    info: { title: "shop.v1", version: "v1", description: "A shop." },
    tags: [{ name: "shop.v1.Orders", description: "Takes orders." }],
    "x-streaming-methods": ["/shop.v1.Orders/Watch"],
  });
  expect(Object.keys(document.paths)).toEqual(["/shop.v1.Orders/Get", "/shop.v1.Orders/Ping"]);
  expect(document.paths["/shop.v1.Orders/Ping"]?.post).toMatchObject({ deprecated: true });
  const get = document.paths["/shop.v1.Orders/Get"]?.post;
  expect(get).toMatchObject({
    operationId: "shop.v1.Orders.Get",
    summary: "One order.",
    description: "One order.\n\nOnly yours.",
    "x-idempotent": true,
    "x-timeout-ms": 2000,
    requestBody: bodyOf({ $ref: "#/components/schemas/shop.v1.OrdersGetRequest" }),
    responses: {
      "200": bodyOf({ $ref: "#/components/schemas/shop.v1.Order" }),
      "400": bodyOf({
        anyOf: [
          { properties: { code: { const: "invalid_argument" } } },
          { properties: { code: { const: "failed_precondition" } } },
        ],
      }),
      "404": bodyOf({
        properties: {
          code: { const: "not_found" },
          details: { items: { properties: { debug: { $ref: "#/components/schemas/shop.v1.NoOrder" } } } },
        },
      }),
    },
  });
  expect(Object.keys(get?.responses ?? {})).toEqual(["200", "400", "404", "default"]);
});

function bodyOf(schema: object): object {
  return { content: { "application/json": { schema } } };
}
