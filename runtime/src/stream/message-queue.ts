/** Messages that have come and wait for their reader, each with what it cost its sender. */

export class MessageQueue<Message> {
  private messages: Message[] = [];
  private costs: number[] = [];
  private head = 0;

  get size(): number {
    return this.messages.length - this.head;
  }

  /** Cost of the message that is next; 0 where there is none. */
  get firstCost(): number {
    return this.costs[this.head] ?? 0;
  }

  push(message: Message, cost: number): void {
    this.messages.push(message);
    this.costs.push(cost);
  }

  /** The next message; the caller has checked that there is one. */
  shift(): Message {
    const message = this.messages[this.head++] as Message;
    if (this.head === this.messages.length) this.clear();
    else if (this.head >= 64 && this.head * 2 >= this.messages.length) {
      // Moved up in halves, so that taking a message costs the same however many wait.
      this.messages = this.messages.slice(this.head);
      this.costs = this.costs.slice(this.head);
      this.head = 0;
    }
    return message;
  }

  clear(): void {
    this.messages.length = 0;
    this.costs.length = 0;
    this.head = 0;
  }
}
