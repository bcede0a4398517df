/** Where in a message reading or writing JSON stands, and how deep, for errors that point at the field. */

/** Nesting of messages and of values in `json` fields; the binary codec has the same limit. */
export const jsonDepthMax = 100;

/** Field names and positions from the outside in; map entries are counted, since keys are content. */
export class JsonPath {
  readonly #steps: (string | number)[] = [];
  #depth = 0;

  push(step: string | number): void {
    this.#steps.push(step);
  }

  pop(): void {
    this.#steps.pop();
  }

  /** Goes one message or value deeper; false at the limit. */
  enter(): boolean {
    return ++this.#depth <= jsonDepthMax;
  }

  leave(): void {
    this.#depth--;
  }

  /** `items[2].quantity`, "" at the top. */
  toString(): string {
    let path = "";
    for (const step of this.#steps) {
      if (typeof step === "number") path += `[${step}]`;
      else path += path === "" ? step : `.${step}`;
    }
    return path;
  }
}
