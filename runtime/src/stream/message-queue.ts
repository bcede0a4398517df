/** Messages that have come and wait for their reader, each with what it cost its sender. */

// Room for more than this is given back when the queue is empty.
const keptMessages = 256;

export class MessageQueue<Message> {
  private messages: (Message | undefined)[] = [];
  private costs: number[] = [];
  private head = 0;
  private tail = 0;

  get size(): number {
    return this.tail - this.head;
  }

  /** Cost of the message that is next; 0 where there is none. */
  get firstCost(): number {
    return this.head === this.tail ? 0 : (this.costs[this.head] as number);
  }

  push(message: Message, cost: number): void {
    this.messages[this.tail] = message;
    this.costs[this.tail++] = cost;
  }

  /** The next message; the caller has checked that there is one. */
  shift(): Message {
    const { head, messages } = this;
    const message = messages[head] as Message;
    // A queue grows old, and what an old object still points to would be kept until all old ones are looked at.
    messages[head] = undefined;
    this.head = head + 1;
    if (this.head === this.tail) this.reset();
    else if (this.head >= 64 && this.head * 2 >= this.tail) this.moveUp();
    return message;
  }

  clear(): void {
    this.messages = [];
    this.costs = [];
    this.head = this.tail = 0;
  }

  private reset(): void {
    if (this.messages.length > keptMessages) this.clear();
    else this.head = this.tail = 0;
  }

  // In halves, so that taking a message costs the same however many wait.
  private moveUp(): void {
    this.messages = this.messages.slice(this.head, this.tail);
    this.costs = this.costs.slice(this.head, this.tail);
    this.tail -= this.head;
    this.head = 0;
  }
}
