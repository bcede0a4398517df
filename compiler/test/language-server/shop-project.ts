/** A small project that the tests of the language server talk about, and how they name places in it. */

import { pathToFileURL } from "node:url";
import type { Position } from "vscode-languageserver/node";

export const money = `package shop.money.v1

/// An amount.
message Money {
  1 units: int64
  2 currency: Currency
}

/// ISO 4217.
@pattern("^[A-Z]{3}$")
type Currency = string

@deprecated("use Money")
message Cash { 1 cents: int32 }
`;

export const health = `package shop.health.v1

service Health {
  ping(): bool
}
`;

export const orders = `package shop.orders.v1

import "money.rpc"
import "health.rpc"

enum Status { PENDING = 0, SHIPPED = 1 }

/// 😀 An order.
message Order {
  1 id: string
  2 status: Status
  3 price: shop.money.v1.Money
  @js(number)
  4 version: int64
  payment?: union {
    7 card: Card
    8 cash: uint32
  }
  reserved 9, 10 to 12
}

message Card { 1 number: string }

error OutOfStock { 1 id: string }

service Orders extends shop.health.v1.Health {
  /// One order.
  get(id: string): Order throws OutOfStock
  oneway log(Order)
}
`;

export const projectFiles: Readonly<Record<string, string>> = {
  "rpc/money.rpc": money,
  "rpc/health.rpc": health,
  "rpc/orders.rpc": orders,
};

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}

/** The place in front of the `index`-th occurrence of `needle`, or `shift` units behind that. */
export function place(text: string, needle: string, shift: number = 0, index: number = 0): Position {
  let offset = -1;
  for (let count = 0; count <= index; count++) offset = text.indexOf(needle, offset + 1);
  if (offset === -1) throw new Error(`there is no ${needle}`);
  const before = text.slice(0, offset + shift);
  return { line: before.split("\n").length - 1, character: before.length - (before.lastIndexOf("\n") + 1) };
}

/** The text with edits carried out, as an editor does it. */
export function edited(
  text: string,
  edits: readonly { readonly range: { readonly start: Position; readonly end: Position }; readonly newText: string }[],
): string {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const offset = ({ line, character }: Position): number => (starts[line] ?? text.length) + character;
  let changed = text;
  for (const { range, newText } of [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start))) {
    changed = changed.slice(0, offset(range.start)) + newText + changed.slice(offset(range.end));
  }
  return changed;
}
