/** Counters, gauges and histograms in families: one name, fixed labels, and never more series than were allowed. */

export type MetricKind = "counter" | "gauge" | "histogram";

export type Labels = Readonly<Record<string, string>>;

/** One number. */
export interface MetricValue {
  readonly labels: Labels;
  readonly value: number;
}

/** How many values were at most `le`, for each bound; the last one is Infinity and holds all. */
export interface MetricHistogram {
  readonly labels: Labels;
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/** A family as plain data. The name of a counter does not say `_total` here. */
export type MetricFamily = {
  readonly name: string;
  readonly help: string;
  /** The last word of the name, where values have one. */
  readonly unit: string | undefined;
} & (
  | { readonly kind: "counter" | "gauge"; readonly values: readonly MetricValue[] }
  | { readonly kind: "histogram"; readonly values: readonly MetricHistogram[] }
);

/** Says what a family is; `unit` is the last word of `name` where given. */
export interface FamilyInit<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly unit?: string | undefined;
  readonly labels: readonly Label[];
  /** The labels that are called `other` where there is no room for more series. */
  readonly folds: readonly Label[];
}

export const other = "other";

/** How many series may still be made, over all families of a collector. */
export class SeriesBudget {
  private left: number;

  constructor(max: number) {
    this.left = max;
  }

  spend(series: number): boolean {
    if (this.left < series) return false;
    this.left -= series;
    return true;
  }
}

/** What all kinds of families have in common: finding the child for its labels, or the one that stands for all others. */
abstract class Family<Label extends string, Child> {
  protected readonly init: FamilyInit<Label>;
  private readonly budget: SeriesBudget;
  private readonly children = new Map<string, { readonly labels: Labels; readonly child: Child }>();

  constructor(init: FamilyInit<Label>, budget: SeriesBudget) {
    this.init = init;
    this.budget = budget;
  }

  /** How many series one child is. */
  protected abstract get seriesOfChild(): number;
  protected abstract create(): Child;

  /** The child for these values, in the order of the labels. */
  of(...values: readonly string[]): Child {
    const key = values.join("\u0000");
    const known = this.children.get(key);
    if (known !== undefined) return known.child;
    const { labels, folds } = this.init;
    const folded = labels.map((label, index) => (folds.includes(label) ? other : (values[index] ?? "")));
    const isFolded = folded.join("\u0000") === key;
    // Those that stand for others are few, and there has to be a place for them.
    if (!isFolded && !this.budget.spend(this.seriesOfChild)) return this.of(...folded);
    const child = this.create();
    this.children.set(key, { labels: labelsOf(labels, values), child });
    return child;
  }

  protected *entries(): Iterable<{ readonly labels: Labels; readonly child: Child }> {
    yield* this.children.values();
  }
}

function labelsOf(names: readonly string[], values: readonly string[]): Labels {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}

/** A number that somebody changes. */
export class Count {
  value = 0;

  add(by = 1): void {
    this.value += by;
  }
}

export class CountFamily<Label extends string> extends Family<Label, Count> {
  private readonly kind: "counter" | "gauge";

  constructor(kind: "counter" | "gauge", init: FamilyInit<Label>, budget: SeriesBudget) {
    super(init, budget);
    this.kind = kind;
  }

  read(): MetricFamily {
    const values = [...this.entries()].map(({ labels, child }) => ({ labels, value: child.value }));
    const { name, help, unit } = this.init;
    return { name, help, unit, kind: this.kind, values };
  }

  protected override get seriesOfChild(): number {
    return 1;
  }

  protected override create(): Count {
    return new Count();
  }
}

/** Values by how large they are. */
export class Histogram {
  private readonly bounds: readonly number[];
  private readonly counts: Float64Array;
  private sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let index = 0;
    while (index < bounds.length && value > (bounds[index] ?? Infinity)) index++;
    counts[index] = (counts[index] ?? 0) + 1;
    this.sum += value;
  }

  read(labels: Labels): MetricHistogram {
    let count = 0;
    const buckets = [...this.bounds, Infinity].map((le, index) => {
      count += this.counts[index] ?? 0;
      return { le, count };
    });
    return { labels, count, sum: this.sum, buckets };
  }
}

export class HistogramFamily<Label extends string> extends Family<Label, Histogram> {
  private readonly bounds: readonly number[];

  /** `bounds` grow. */
  constructor(bounds: readonly number[], init: FamilyInit<Label>, budget: SeriesBudget) {
    super(init, budget);
    this.bounds = bounds;
  }

  read(): MetricFamily {
    const { name, help, unit } = this.init;
    const values = [...this.entries()].map(({ labels, child }) => child.read(labels));
    return { name, help, unit, kind: "histogram", values };
  }

  // Its buckets, the last of all, the sum and the count.
  protected override get seriesOfChild(): number {
    return this.bounds.length + 3;
  }

  protected override create(): Histogram {
    return new Histogram(this.bounds);
  }
}
