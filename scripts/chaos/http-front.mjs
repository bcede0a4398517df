/** Stands in front of a registry that speaks HTTP: writes down when it is asked, is slow, or refuses in its place. */

import { once } from "node:events";
import { createServer, request } from "node:http";

export class HttpFront {
  /** When requests came, one entry each, by `performance.now()`. */
  asked = [];
  /** Waits so long before a request goes on. */
  delayMs = 0;
  /** Answers with this status, and these headers, instead. */
  refusal = undefined;
  #target;
  #server = createServer((asked, answer) => void this.#take(asked, answer));

  /** `target` is `host:port`. */
  constructor(target) {
    this.#target = target;
  }

  async start() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.place = `127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  /** Cuts all connections, as a registry does that fails over. */
  cut() {
    this.#server.closeAllConnections();
  }

  async close() {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.cut();
    await closed;
  }

  async #take(asked, answer) {
    this.asked.push(performance.now());
    asked.on("error", () => {});
    answer.on("error", () => {});
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    if (answer.destroyed) return;
    if (this.refusal !== undefined) {
      answer.writeHead(this.refusal.status, this.refusal.headers);
      answer.end("not now");
      return;
    }
    this.#leadOn(asked, answer);
  }

  #leadOn(asked, answer) {
    const [host, port] = this.#target.split(":");
    const { method, url: path, headers } = asked;
    const onward = request({ host, port, method, path, headers, agent: false }, (answered) => {
      answer.writeHead(answered.statusCode, answered.headers);
      answer.flushHeaders();
      answered.on("error", () => answer.destroy());
      answered.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  }
}
