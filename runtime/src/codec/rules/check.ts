/** Collects what is wrong with the values of a message, by the paths of its fields; generated rules drive it. */

import { plainText } from "../../error/plain-text.js";
import { RpcError } from "../../error/rpc-error.js";

/** One value that breaks a rule of the `.rpc` file. */
export interface Violation {
  /** From the message to the value, for instance `items[2].quantity` or `labels["colour"]`. */
  readonly path: string;
  /** What it should be, for instance `must be at least 1`. Never the value itself, which may be a secret. */
  readonly text: string;
}

/** Checks one message; what is wrong goes to `check`. */
export type CheckMessage<Message> = (check: Check, message: Message) => void;

// More say nothing more to people, and a hostile message may hold millions.
const violationsMax = 10;
// Decoders stop before this; only a message that holds itself, which no encoder takes, comes here.
const depthMax = 128;

/** Where a check stands in a message, and what it has found so far. */
export class Check {
  readonly violations: Violation[] = [];
  /** All violations, those that were not kept included. */
  count = 0;
  private readonly path: string[] = [];
  /** Where the secret field stands that is being checked. */
  private veiled: string | undefined;

  /** Notes that a field, or one of its items as `item` and `entry` name them, breaks a rule. */
  fail(field: string, text: string): void {
    const path = [...this.path, field].join(".");
    this.note(
      this.veiled === undefined ? { path, text } : { path: this.veiled, text: "must hold what its rules allow" },
    );
  }

  /**
   * Runs a check of what is in a secret field. What is wrong in there is said of the field as a whole, and once: paths below
   * it name keys of maps, which are as secret as the rest.
   */
  veil(field: string, run: () => void): void {
    if (this.veiled !== undefined) return run();
    this.veiled = [...this.path, field].join(".");
    run();
    this.veiled = undefined;
  }

  private note(violation: Violation): void {
    const last = this.violations.at(-1);
    if (this.veiled !== undefined && last?.path === violation.path && last.text === violation.text) return;
    this.count++;
    if (this.violations.length < violationsMax) this.violations.push(violation);
  }

  /** Checks a message in a field; one that is not there is fine. */
  within<Message>(field: string, message: Message | undefined, check: CheckMessage<Message>): void {
    if (message === undefined || this.path.length === depthMax) return;
    this.path.push(field);
    check(this, message);
    this.path.pop();
  }

  /** Checks each message of a list. */
  each<Message>(field: string, list: readonly Message[] | undefined, check: CheckMessage<Message>): void {
    if (list === undefined) return;
    for (const [index, message] of list.entries()) this.within(item(field, index), message, check);
  }

  /** Checks each message of a map. */
  eachValue<Message>(field: string, map: MapOf<Message>, check: CheckMessage<Message>): void {
    for (const [key, message] of entriesOf(map)) this.within(entry(field, key), message, check);
  }
}

/** A map as it is received or passed in. */
export type MapOf<Value> = ReadonlyMap<unknown, Value> | Readonly<Record<string, Value>> | undefined;

/** Keys and values of a map in either form. */
export function entriesOf<Value>(map: MapOf<Value>): Iterable<readonly [unknown, Value]> {
  if (map === undefined) return [];
  return map instanceof Map ? (map as ReadonlyMap<unknown, Value>) : Object.entries(map as Record<string, Value>);
}

/** The name of one item of a list. */
export function item(field: string, index: number): string {
  return `${field}[${index}]`;
}

/** The name of one entry of a map. */
export function entry(field: string, key: unknown): string {
  return `${field}[${typeof key === "string" ? JSON.stringify(plainText(key, 60)) : String(key)}]`;
}

/** A message that breaks rules of its `.rpc` file. Its text names each place; it never holds the values. */
export class InvalidMessageError extends RpcError {
  override readonly name = "InvalidMessageError";
  /** The first ten. */
  readonly violations: readonly Violation[];

  constructor(check: Check, method: string) {
    const { violations, count } = check;
    const texts = violations.map(({ path, text }) => `${path} ${text}`);
    if (count > violations.length) texts.push(`and ${count - violations.length} more`);
    super("invalid-argument", `the request breaks the rules of its message: ${texts.join("; ")}`, { method });
    this.violations = violations;
  }
}
