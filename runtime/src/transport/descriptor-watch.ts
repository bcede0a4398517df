/** Notices that a listening process has no file descriptors left: Node closes what connects then, and says nothing. */

import { systemClock, type Timer } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";

// So that a flood is looked at ten times a second, and not once for each of its sockets.
const lookAfterMs = 100;

/** Tries whether a descriptor can be had; settles with the reason why not. */
export type TryDescriptor = () => Promise<string | undefined>;

/**
 * Looks when more sockets are open than ever before, and once it has found none left, with every socket that comes or
 * goes. Told is only that they have run out, once each time.
 */
export class DescriptorWatch {
  private readonly failed: (error: Error) => void;
  private readonly tryOne: TryDescriptor;
  private open = 0;
  /** With so many open there was a descriptor left. */
  private enough = 0;
  private areOut = false;
  private timer: Timer | undefined;
  private isStopped = false;

  constructor(failed: (error: Error) => void, tryOne: TryDescriptor = tryDescriptor) {
    this.failed = failed;
    this.tryOne = tryOne;
  }

  opened(): void {
    this.open++;
    if (this.areOut || this.open > this.enough) this.lookSoon();
  }

  closed(): void {
    this.open--;
    if (this.areOut) this.lookSoon();
  }

  stop(): void {
    this.isStopped = true;
    this.timer?.cancel();
  }

  private lookSoon(): void {
    if (this.isStopped) return;
    this.timer ??= systemClock.timer(lookAfterMs, () => void this.look());
  }

  private async look(): Promise<void> {
    const { open } = this;
    const lack = await this.tryOne();
    this.timer = undefined;
    if (this.isStopped) return;
    const wereOut = this.areOut;
    this.areOut = lack !== undefined;
    if (lack === undefined) this.enough = Math.max(this.enough, open);
    else if (!wereOut) this.failed(new RpcError("resource-exhausted", sentence(lack)));
    // What came while it was looking.
    if (!this.areOut && this.open > this.enough) this.lookSoon();
  }
}

function sentence(lack: string): string {
  return (
    `there are no file descriptors left (${lack}): the system closes connections that come now; ` +
    "allow the process more of them (ulimit -n), or fewer connections (connectionsMax)"
  );
}

async function tryDescriptor(): Promise<string | undefined> {
  // Part of Node itself: loading it takes no descriptor.
  const { open, close } = await import("node:fs");
  return new Promise((resolve) => {
    open(process.execPath, (error, descriptor) => {
      if (error === null) close(descriptor, () => resolve(undefined));
      else resolve(error.code === "EMFILE" || error.code === "ENFILE" ? error.code : undefined);
    });
  });
}
