/** The clients of chaos runs: one balanced channel each where the runtime has those, one channel for every server otherwise. */

import { connect } from "@rpcgen/runtime";

function balancedWorks() {
  try {
    void connect(["rpc://127.0.0.1:1"]).close();
    return true;
  } catch {
    return false;
  }
}

/** Whether `connect` takes a list of addresses. */
export const isBalanced = balancedWorks();

const settings = {
  backoff: { initialMs: 20, maxMs: 500 },
  keepalive: { intervalMs: 1000, timeoutMs: 1000, whileIdle: true },
  closeGraceMs: 1000,
};

/** A client that spreads its calls over servers. */
export function openClient(addresses, options = {}) {
  const merged = { ...settings, ...options };
  if (isBalanced && addresses.length > 1) return new BalancedClient(connect(addresses, merged));
  return new RotatingClient(addresses.map((address) => connect(address, { failFast: true, ...merged })));
}

class BalancedClient {
  constructor(channel) {
    this.channel = channel;
  }

  /** The channel that takes the next call. */
  next() {
    return { channel: this.channel, address: undefined };
  }

  get counters() {
    return [this.channel.counters];
  }

  close() {
    return this.channel.close();
  }
}

class RotatingClient {
  #turn = 0;

  constructor(channels) {
    this.channels = channels;
  }

  next() {
    const channel = this.channels[this.#turn++ % this.channels.length];
    return { channel, address: channel.address };
  }

  get counters() {
    return this.channels.map(({ counters }) => counters);
  }

  close() {
    return Promise.all(this.channels.map((channel) => channel.close()));
  }
}
