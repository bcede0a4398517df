/** Finds the open streams of a connection by their ids: an array slot a stream, and a compare that the slot is its own. */

/** What the table needs to know of a stream. */
export interface TableEntry {
  readonly id: number;
}

/**
 * A stream lives in slot `id modulo capacity`. A client picks ids whose slot is free, so that one look is enough;
 * a server takes ids as they come and puts those that collide into a map beside.
 */
export class StreamTable<Stream extends TableEntry> {
  private slots: (Stream | undefined)[];
  private mask: number;
  private readonly beside = new Map<number, Stream>();
  private count = 0;

  constructor(capacity = 64) {
    this.slots = new Array<Stream | undefined>(capacity).fill(undefined);
    this.mask = capacity - 1;
  }

  get size(): number {
    return this.count;
  }

  find(id: number): Stream | undefined {
    const found = this.slots[id & this.mask];
    if (found !== undefined && found.id === id) return found;
    return this.beside.size === 0 ? undefined : this.beside.get(id);
  }

  /** The first id from `id` on whose slot is free; makes the table grow where it gets tight. */
  freeIdFrom(id: number): number {
    if (this.count * 2 >= this.slots.length) this.grow();
    let free = id;
    while (this.slots[free & this.mask] !== undefined) free++;
    return free;
  }

  add(stream: Stream): void {
    if (this.count * 2 >= this.slots.length) this.grow();
    const slot = stream.id & this.mask;
    if (this.slots[slot] === undefined) this.slots[slot] = stream;
    else this.beside.set(stream.id, stream);
    this.count++;
  }

  delete(id: number): void {
    const slot = id & this.mask;
    if (this.slots[slot]?.id === id) this.slots[slot] = undefined;
    else if (!this.beside.delete(id)) return;
    this.count--;
  }

  /** All streams as they are now, safe to use while the table changes. */
  all(): Stream[] {
    const streams: Stream[] = [];
    if (this.count === 0) return streams;
    for (const stream of this.slots) if (stream !== undefined) streams.push(stream);
    streams.push(...this.beside.values());
    return streams;
  }

  private grow(): void {
    const streams = this.all();
    const capacity = this.slots.length * 2;
    this.slots = new Array<Stream | undefined>(capacity).fill(undefined);
    this.mask = capacity - 1;
    this.beside.clear();
    this.count = 0;
    for (const stream of streams) {
      const slot = stream.id & this.mask;
      if (this.slots[slot] === undefined) this.slots[slot] = stream;
      else this.beside.set(stream.id, stream);
    }
    this.count = streams.length;
  }
}
