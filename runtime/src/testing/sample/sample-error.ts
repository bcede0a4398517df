/** The error of a sample that cannot be made. */

/** No value was found that keeps the rules of a field. The way out is to pass one in. */
export class SampleError extends Error {
  override readonly name = "SampleError";
  /** From the message to the field, for instance `shop.orders.v1.Order.items[].sku`. */
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}; pass a value of your own for it`);
    this.path = path;
  }
}
