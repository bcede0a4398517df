/** A name server for tests: answers A, AAAA and SRV over UDP with what it is told. */

import { createSocket, type Socket } from "node:dgram";

/** What a name has; `code` is 2 for SERVFAIL and 3 for NXDOMAIN. */
export interface FakeName {
  readonly ttl?: number;
  readonly four?: readonly string[];
  readonly six?: readonly string[];
  readonly srv?: readonly (readonly [priority: number, weight: number, port: number, target: string])[];
  readonly code?: number;
  /** For AAAA alone. */
  readonly sixCode?: number;
}

const types = { four: 1, six: 28, srv: 33 } as const;

export class FakeNameServer {
  readonly names = new Map<string, FakeName>();
  /** Questions so far, as `name type`. */
  readonly asked: string[] = [];
  isSilent = false;
  private readonly socket: Socket = createSocket("udp4");

  async start(): Promise<string> {
    this.socket.on("message", (message, from) => {
      const answer = this.answer(message);
      if (answer !== undefined) this.socket.send(answer, from.port, from.address);
    });
    await new Promise<void>((resolve) => this.socket.bind(0, "127.0.0.1", resolve));
    return `127.0.0.1:${this.socket.address().port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()));
  }

  private answer(query: Buffer): Buffer | undefined {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString("latin1", at + 1, at + 1 + length));
      at += 1 + length;
    }
    const type = query.readUInt16BE(at + 1);
    const name = labels.join(".");
    this.asked.push(`${name} ${type}`);
    if (this.isSilent) return undefined;
    const known = this.names.get(name) ?? { code: 3 };
    const code = type === types.six ? (known.sixCode ?? known.code ?? 0) : (known.code ?? 0);
    const records = code === 0 ? dataOf(known, type) : [];
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    const answers = records.map((data) => printRecord(type, known.ttl ?? 60, data));
    return Buffer.concat([head, query.subarray(12, at + 5), ...answers]);
  }
}

function dataOf(name: FakeName, type: number): readonly Buffer[] {
  if (type === types.four) return (name.four ?? []).map((text) => Buffer.from(text.split(".").map(Number)));
  if (type === types.six) return (name.six ?? []).map(printSix);
  if (type !== types.srv) return [];
  return (name.srv ?? []).map(([priority, weight, port, target]) => {
    const numbers = Buffer.alloc(6);
    numbers.writeUInt16BE(priority, 0);
    numbers.writeUInt16BE(weight, 2);
    numbers.writeUInt16BE(port, 4);
    return Buffer.concat([numbers, printName(target)]);
  });
}

/** As it stands in the question, to which this points. */
function printRecord(type: number, ttl: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function printName(name: string): Buffer {
  const labels = name.split(".").filter((label) => label !== "");
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

/** Of the forms `a:b::c` that tests use. */
function printSix(text: string): Buffer {
  const [front = "", back = ""] = text.split("::");
  const groups = (part: string): number[] => (part === "" ? [] : part.split(":").map((group) => parseInt(group, 16)));
  const [before, after] = [groups(front), groups(back)];
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  const bytes = Buffer.alloc(16);
  for (const [index, group] of all.entries()) bytes.writeUInt16BE(group, 2 * index);
  return bytes;
}
