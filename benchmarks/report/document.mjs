/** Writes docs/BENCHMARKS.md and its charts from the results that are kept. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "../setup/paths.mjs";
import { suites } from "../suites.mjs";
import { barChart } from "./chart.mjs";
import { figuresOf } from "./figures.mjs";
import { keptResult } from "./results.mjs";
import { markdownTable, short, tablesOf } from "./tables.mjs";

const headings = {
  codec: "Codecs",
  dispatch: "Finding the method",
  rpc: "Calls",
  stream: "Streams",
  compile: "Compilers",
  growth: "Growth",
};

const quickWarning = "**A quick run, made to see whether everything works: its figures mean nothing.**";

/** Returns the path that was written, relative to the project. */
export function writeDocument() {
  const texts = JSON.parse(readFileSync(new URL("texts.json", import.meta.url), "utf8"));
  mkdirSync(join(project, "docs/benchmarks"), { recursive: true });
  const sections = Object.keys(suites)
    .map((suite) => section(suite, texts))
    .filter((text) => text !== undefined);
  const path = "docs/BENCHMARKS.md";
  writeFileSync(
    join(project, path),
    `${[texts.opening.join("\n"), ...sections, texts.closing.join("\n")].join("\n\n")}\n`,
  );
  return path;
}

/** Everything that is kept of a suite; undefined where that is nothing. */
function section(suite, texts) {
  const parts = [...measured(suite, keptResult(suite)), ...onNodes(keptResult(`${suite}-nodes`), suite, texts)];
  if (parts.length === 0) return undefined;
  return [`## ${headings[suite]}`, texts[suite].join("\n"), ...parts].join("\n\n");
}

function measured(suite, result) {
  if (result === undefined) return [];
  const { node, v8, system, quick, rounds } = result;
  const warning = quick ? `${quickWarning} ` : "";
  const facts = `${warning}Node ${node} (V8 ${v8}), ${system}, two shared virtual cores${rounds ? `, ${rounds} rounds` : ""}.`;
  const charts = chartsOf(suite, result).map((chart) => writeChart(suite, chart));
  const tables = tablesOf(suite, result).map((table) => `### ${capital(table.title)}\n\n${markdownTable(table)}`);
  return [facts, ...charts, ...tables];
}

/** The suite on several lines of Node. */
function onNodes(result, suite, texts) {
  if (result === undefined) return [];
  const [first, ...others] = tablesOf(`${suite}-nodes`, result);
  const warning = result.quick ? [quickWarning] : [];
  const tables = [first, ...others].map((table) => markdownTable(table));
  return [`### ${first.title}`, ...warning, texts.nodes.join("\n"), ...tables];
}

function writeChart(suite, { name, title, bars, isLogarithmic }) {
  const path = `benchmarks/${suite}-${name}.svg`;
  writeFileSync(join(project, "docs", path), barChart(title, bars, { isLogarithmic }));
  return `![${title}](${path})`;
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** One bar for each subject that has this figure, the best one first. */
function barsOf(suite, result, name, unit, scale = 1) {
  const found = figuresOf(suite, result).filter(({ figure, value }) => figure === name && value > 0);
  found.sort((a, b) => (a.isMoreBetter ? b.value - a.value : a.value - b.value));
  return found.map(({ subject, value }) => ({ label: subject, value, text: `${short(value * scale)} ${unit}` }));
}

function chartsOf(suite, result) {
  switch (suite) {
    case "codec":
      return result.payloads.map((payload) => ({
        name: payload,
        title: `${capital(payload)}: messages encoded and decoded again per second`,
        bars: barsOf(suite, result, `${payload} both`, "/s"),
      }));
    case "rpc":
      return [64, 512].map((level) => ({
        name: `cpu-${level}`,
        title: `CPU per call, server and client, ${level} in flight (logarithmic; shorter is better)`,
        bars: barsOf(suite, result, `cpu at ${level}`, "µs"),
        isLogarithmic: true,
      }));
    case "stream":
      return [
        {
          name: "messages",
          title: "Messages of a server's stream per second",
          bars: barsOf(suite, result, "messages", "/s"),
        },
      ];
    case "compile":
      return result.sizes.slice(-1).map((size) => ({
        name: "wall",
        title: `${size} messages: time of the command (logarithmic; shorter is better)`,
        bars: barsOf(suite, result, `ms of ${size} messages`, "ms"),
        isLogarithmic: true,
      }));
    case "growth":
      return growthCharts(result);
    default:
      return [];
  }
}

function growthCharts({ connections, methods, messages, streams }) {
  const bars = (rows, label, value, unit) =>
    rows.map((row) => ({ label: label(row), value: value(row), text: `${short(value(row))} ${unit}` }));
  return [
    {
      name: "connections",
      title: "Heap of the server for one more idle connection",
      bars: bars(
        connections,
        ({ count }) => `${count} connections`,
        ({ heapBytes }) => Math.max(1, heapBytes),
        "bytes",
      ),
    },
    {
      name: "methods",
      title: "A call to a service of so many methods",
      bars: bars(
        methods,
        ({ count }) => `${count} methods`,
        ({ micros }) => micros,
        "µs",
      ),
    },
    {
      name: "messages",
      title: "CPU per byte of an echo (logarithmic)",
      bars: bars(
        messages,
        ({ bytes }) => `${bytes} bytes`,
        ({ nanosPerByte }) => nanosPerByte,
        "ns",
      ),
      isLogarithmic: true,
    },
    {
      name: "streams",
      title: "A message where so many streams share one connection",
      bars: bars(
        streams,
        ({ count }) => `${count} streams`,
        ({ micros }) => micros,
        "µs",
      ),
    },
  ];
}
