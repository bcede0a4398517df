/** Reads the text formats of metrics strictly: whatever a scraper would refuse, or take for something else, is an error here. */

export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ReadFamily {
  readonly type: string;
  readonly help: string;
  readonly samples: ReadSample[];
}

const namePattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const samplePattern = /^([a-zA-Z_][a-zA-Z0-9_]*)(?:\{(.*)\})? (\S+)$/;
const labelPattern = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,(?!$)|$)/gy;
const numberPattern = /^(?:[+-]?Inf|NaN|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** The families by the names of their TYPE lines. */
export function readExposition(text: string, format: "prometheus" | "openmetrics"): Map<string, ReadFamily> {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const lines = text.slice(0, -1).split("\n");
  if (format === "openmetrics" && lines.pop() !== "# EOF") throw new Error("no # EOF at the end");
  const families = new Map<string, ReadFamily>();
  const seen = new Set<string>();
  let current: { name: string; family: ReadFamily } | undefined;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const help = /^# HELP (\S+) (.+)$/.exec(line);
    if (help !== null) {
      const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(lines[++i] ?? "");
      const [, name = ""] = help;
      if (type === null || type[1] !== name) throw new Error(`no TYPE behind: ${line}`);
      if (!namePattern.test(name) || families.has(name)) throw new Error(`bad or repeated family: ${name}`);
      const unit = /^# UNIT (\S+) (\S+)$/.exec(lines[i + 1] ?? "");
      if (unit !== null) {
        if (format !== "openmetrics" || unit[1] !== name || !name.endsWith(`_${unit[2]}`))
          throw new Error(`bad unit: ${line}`);
        i++;
      }
      current = { name, family: { type: type[2] ?? "", help: help[2] ?? "", samples: [] } };
      families.set(name, current.family);
      continue;
    }
    if (current === undefined) throw new Error(`a sample without a family: ${line}`);
    const sample = readSample(line);
    checkName(sample.name, current.name, current.family.type, format);
    const identity = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
    if (seen.has(identity)) throw new Error(`twice: ${line}`);
    seen.add(identity);
    current.family.samples.push(sample);
  }
  for (const [name, family] of families) if (family.type === "histogram") checkHistogram(name, family);
  return families;
}

function readSample(line: string): ReadSample {
  const [, name = "", inner = "", number = ""] = samplePattern.exec(line) ?? [];
  if (name === "" || !numberPattern.test(number)) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  labelPattern.lastIndex = 0;
  while (inner !== "" && labelPattern.lastIndex < inner.length) {
    const match = labelPattern.exec(inner);
    if (match === null) throw new Error(`bad labels: ${line}`);
    const [, label = "", value = ""] = match;
    if (label in labels || label.startsWith("__")) throw new Error(`a label that may not be: ${line}`);
    labels[label] = value.replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
  }
  return { name, labels, value: Number(number.replace("Inf", "Infinity")) };
}

function checkName(sample: string, family: string, type: string, format: "prometheus" | "openmetrics"): void {
  const allowed =
    type === "histogram"
      ? [`${family}_bucket`, `${family}_sum`, `${family}_count`]
      : [type === "counter" && format === "openmetrics" ? `${family}_total` : family];
  if (!allowed.includes(sample)) throw new Error(`${sample} is none of ${family}, a ${type}`);
  const isCounter = sample.endsWith("_total");
  if (isCounter !== (type === "counter")) throw new Error(`${sample} is a ${type}`);
}

function checkHistogram(name: string, { samples }: ReadFamily): void {
  const groups = new Map<string, ReadSample[]>();
  for (const sample of samples) {
    const { le: _le, ...rest } = sample.labels;
    const key = JSON.stringify(Object.entries(rest).sort());
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const [key, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number((labels.le ?? "").replace("+Inf", "Infinity")));
    const isGrowing = bounds.every((bound, i) => i === 0 || bound > (bounds[i - 1] ?? 0));
    const isCumulative = buckets.every(({ value }, i) => i === 0 || value >= (buckets[i - 1]?.value ?? 0));
    const count = group.find((sample) => sample.name === `${name}_count`)?.value;
    const hasSum = group.some((sample) => sample.name === `${name}_sum`);
    if (!isGrowing || !isCumulative || bounds.at(-1) !== Infinity || buckets.at(-1)?.value !== count || !hasSum) {
      throw new Error(`no histogram: ${name} ${key}`);
    }
  }
}
