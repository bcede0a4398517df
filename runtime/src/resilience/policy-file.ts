/** Policies in a file that operators may change while programs run. */

import { watch, type FSWatcher } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Alarm, systemClock, type Clock } from "../clock.js";
import { thrownText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { tell, type Observer } from "../events.js";
import type { PolicyDocument } from "./policies.js";
import type { PolicySource } from "./policy-source.js";
import { checkPolicies, policyTextMax } from "./read-policies.js";

export interface WatchPoliciesOptions {
  /** Is told of changes, and of those that are of no use. */
  readonly observe?: Observer | undefined;
  readonly clock?: Clock | undefined;
}

// Whoever writes is given a moment to finish; and where the system tells nothing (network disks), a look now and then.
const settleMs = 100;
const lookEveryMs = 10_000;

/**
 * Reads the policy file at `path` (or `file:path`) and goes on reading it whenever it changes, until `close`. Rejects with an
 * RpcError where it cannot be used now; later, what is of no use is told (`policies-failed`) and what was in force stays.
 */
export async function watchPolicies(path: string, options: WatchPoliciesOptions = {}): Promise<PolicySource> {
  const file = new PolicyFile(path.replace(/^file:(?:\/\/(?=\/))?/, ""), options);
  await file.start();
  return file;
}

class PolicyFile implements PolicySource {
  current: PolicyDocument = {};
  private readonly path: string;
  private readonly observe: Observer | undefined;
  private readonly alarm: Alarm;
  private readonly clock: Clock;
  private readonly listeners = new Set<() => void>();
  private watcher: FSWatcher | undefined;
  private text: string | undefined;
  private lastProblem: string | undefined;
  private isClosed = false;

  constructor(path: string, { observe, clock = systemClock }: WatchPoliciesOptions) {
    this.path = path;
    this.observe = observe;
    this.clock = clock;
    this.alarm = new Alarm(clock, () => void this.look());
  }

  async start(): Promise<void> {
    // Before the first look, so that no change falls in between.
    this.watch();
    try {
      const text = await this.read();
      this.current = this.check(text);
      this.text = text;
    } catch (thrown) {
      this.close();
      throw this.problem(thrown);
    }
    this.alarm.noLaterThan(this.clock.now() + lookEveryMs);
  }

  subscribe(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => void this.listeners.delete(changed);
  }

  close(): void {
    this.isClosed = true;
    this.alarm.cancel();
    this.watcher?.close();
    this.watcher = undefined;
  }

  // The directory, because editors and orchestrators do not write files but put others in their place.
  private watch(): void {
    try {
      this.watcher = watch(dirname(this.path), { persistent: false }, () => {
        if (!this.isClosed) this.alarm.noLaterThan(this.clock.now() + settleMs);
      });
      this.watcher.on("error", () => {
        this.watcher?.close();
        this.watcher = undefined;
      });
    } catch {
      // There may be no such directory yet, or no watches left: the regular look remains.
      this.watcher = undefined;
    }
  }

  private async look(): Promise<void> {
    try {
      const text = await this.read();
      if (this.isClosed) return;
      if (text !== this.text) this.take(text);
      this.lastProblem = undefined;
    } catch (thrown) {
      if (!this.isClosed) this.complain(this.problem(thrown));
    }
    if (this.isClosed) return;
    if (this.watcher === undefined) this.watch();
    this.alarm.noLaterThan(this.clock.now() + lookEveryMs);
  }

  private take(text: string): void {
    this.current = this.check(text);
    this.text = text;
    tell(this.observe, { kind: "policies-changed", source: this.path });
    for (const changed of [...this.listeners]) changed();
  }

  // Once for each problem, not once for each look at it.
  private complain(error: RpcError): void {
    if (error.message === this.lastProblem) return;
    this.lastProblem = error.message;
    tell(this.observe, { kind: "policies-failed", source: this.path, error });
  }

  private check(text: string): PolicyDocument {
    return checkPolicies(text);
  }

  private async read(): Promise<string> {
    const about = await stat(this.path);
    // Opening a pipe would wait for whoever writes to it.
    if (!about.isFile()) throw new RpcError("invalid-argument", "it is no file");
    if (about.size > policyTextMax) throw new RpcError("invalid-argument", `it is larger than ${policyTextMax} bytes`);
    return readFile(this.path, "utf8");
  }

  private problem(thrown: unknown): RpcError {
    const code = RpcError.is(thrown) ? thrown.code : "failed-precondition";
    const isGone = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
    const text = isGone ? "there is no such file (ENOENT)" : thrownText(thrown, "reading it");
    return new RpcError(code, `the policy file ${this.path} cannot be used: ${text}`, { cause: thrown });
  }
}
