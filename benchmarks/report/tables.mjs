/** Results as tables: the same ones for the terminal and for the document. */

const tableLists = {
  codec: codecTables,
  dispatch: dispatchTables,
  rpc: rpcTables,
  stream: streamTables,
  compile: compileTables,
  growth: growthTables,
  "codec-nodes": nodeTables,
  "rpc-nodes": nodeTables,
};

/** The tables of a suite's result, each with a title, columns and rows of text. */
export function tablesOf(suite, result) {
  const tables = tableLists[suite](result);
  const skipped = Object.entries(result.skipped ?? {}).map(([name, reason]) => [name, reason]);
  if (skipped.length > 0) tables.push({ title: "Not measured", columns: ["", "why"], rows: skipped });
  return tables;
}

export function printTables(tables) {
  for (const { title, columns, rows } of tables) console.log(`\n${title}\n${aligned([columns, ...rows])}`);
}

export function markdownTable({ columns, rows }) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

function aligned(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => String(line[column]).length)));
  const pad = (cell, column) => (column === 0 ? String(cell).padEnd(widths[0]) : String(cell).padStart(widths[column]));
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

/** Three digits that matter, with k and M. */
export function short(value) {
  if (value === undefined || Number.isNaN(value)) return "-";
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6) return `${digits(value / 1e6)}M`;
  return magnitude >= 1e4 ? `${digits(value / 1e3)}k` : digits(value);
}

function digits(value) {
  const magnitude = Math.abs(value);
  return magnitude >= 100 ? value.toFixed(0) : magnitude >= 10 ? value.toFixed(1) : value.toFixed(2);
}

const percent = (part) => `${Math.round(part * 100)} %`;
const named = ({ name, version }) => (version === undefined ? name : `${name} ${version}`);

function codecTables({ payloads, codecs }) {
  return payloads.map((payload) => ({
    title: `${payload}: operations per second, in brackets the ratio to protobufjs static`,
    columns: ["codec", "gives back", "bytes", "encode", "decode", "both, µs", "spread"],
    rows: codecs.map((codec) => {
      const { bytes, encode, decode } = codec.payloads[payload];
      const cell = ({ perSecond, ratio }) => short(perSecond) + (ratio === undefined ? "" : ` (${ratio.toFixed(2)})`);
      const both = 1e6 / encode.perSecond + 1e6 / decode.perSecond;
      const spread = percent(Math.max(encode.spread, decode.spread));
      return [named(codec), codec.duty, bytes, cell(encode), cell(decode), digits(both), spread];
    }),
  }));
}

function dispatchTables({ sizes }) {
  const ways = sizes[0].ways.map(({ way }) => way);
  const cell = ({ ways }, name) => {
    const { ns, spread } = ways.find(({ way }) => way === name);
    return `${digits(ns)} (${percent(spread)})`;
  };
  return [
    {
      title: "Nanoseconds to find a random method, decode, call and encode (spread)",
      columns: ["way", ...sizes.map(({ count }) => `${count} methods`)],
      rows: ways.map((way) => [way, ...sizes.map((size) => cell(size, way))]),
    },
  ];
}

function rpcTables({ stacks, levels }) {
  const [plain] = stacks.filter(({ name }) => name === "rpcgen");
  const features = stacks.filter(({ isFeature }) => isFeature);
  const others = stacks.filter(({ isFeature }) => !isFeature);
  const columns = ["stack", "CPU µs per call", "server + client", "calls/s", "p50 ms", "p99 ms", "spread of calls/s"];
  const tables = levels.map((level) => ({
    title: `${level} in flight`,
    columns,
    rows: others.map((stack) => {
      const { cpu, serverCpu, clientCpu, perSecond, p50, p99 } = stack.levels[level];
      const parts = `${digits(serverCpu)} + ${digits(clientCpu)}`;
      const row = [named(stack), digits(cpu), parts, short(perSecond.median), milliseconds(p50), milliseconds(p99)];
      return [...row, percent(perSecond.spread)];
    }),
  }));
  if (plain !== undefined && features.length > 0) tables.push(featureTable([plain, ...features], plain, levels));
  const large = others.filter(({ blob }) => blob !== undefined);
  tables.push({
    title: "1 MiB there and back, 8 in flight",
    columns: ["stack", "echoes/s", "spread"],
    rows: large.map((stack) => [named(stack), short(stack.blob.median), percent(stack.blob.spread)]),
  });
  return tables;
}

/** The product with one thing more or less, beside itself without. */
function featureTable(stacks, plain, levels) {
  const most = levels.at(-1);
  return {
    title: "What features cost: CPU µs per call, server and client, in brackets the ratio to plain",
    columns: ["rpcgen", ...levels.map((level) => `${level} in flight`), `calls/s, ${most} in flight`],
    rows: stacks.map((stack) => {
      const cells = levels.map((level) => {
        const { cpu } = stack.levels[level];
        return `${digits(cpu)} (${(cpu / plain.levels[level].cpu).toFixed(2)})`;
      });
      const name = stack === plain ? "plain" : stack.name.replace(/^rpcgen, /, "");
      return [name, ...cells, short(stack.levels[most].perSecond.median)];
    }),
  };
}

const milliseconds = (value) => (value === undefined ? "-" : value >= 10 ? value.toFixed(0) : value.toPrecision(2));

function streamTables({ stacks, slow, count }) {
  return [
    {
      title: `A stream of ${count} small messages from the server`,
      columns: ["stack", "CPU µs per message", "messages/s", "spread"],
      rows: stacks.map((stack) => {
        return [named(stack), digits(stack.cpu), short(stack.perSecond.median), percent(stack.perSecond.spread)];
      }),
    },
    {
      title: "A reader that takes a message a millisecond: bytes held more at the end than soon after the beginning",
      columns: ["stack", "messages read", "server", "client"],
      rows: slow.map(({ name, read, serverGrowth, clientGrowth }) => [
        name,
        read,
        short(serverGrowth),
        short(clientGrowth),
      ]),
    },
  ];
}

function compileTables({ generators, sizes, everyday }) {
  return [
    {
      title: "Milliseconds from start to end of the command (spread)",
      columns: ["generator", ...sizes.map((size) => `${size} messages`)],
      rows: generators.map((generator) => {
        const cells = sizes.map((size) => generator.ms[size]);
        const text = (cell) => (cell === undefined ? "-" : `${Math.round(cell.median)} (${percent(cell.spread)})`);
        return [named(generator), ...cells.map(text)];
      }),
    },
    {
      title: "Megabytes that the largest process of the command held at most",
      columns: ["generator", ...sizes.map((size) => `${size} messages`)],
      rows: generators.map((generator) => [
        named(generator),
        ...sizes.map((size) => megabytes(generator.peakBytes?.[size])),
      ]),
    },
    ...(everyday === undefined ? [] : everydayTables(everyday)),
  ];
}

function everydayTables({ commands, growth, watch }) {
  const idle = commands[0]?.ms.median;
  return [
    {
      title: "Commands with little to do: milliseconds, and how many more than a Node that does nothing",
      columns: ["command", "ms (spread)", "more"],
      rows: commands.map(({ name, ms }) => [
        name,
        `${Math.round(ms.median)} (${percent(ms.spread)})`,
        Math.round(ms.median - idle),
      ]),
    },
    {
      title: "One file that grows: a cold compile",
      columns: ["messages", "ms (spread)", "ms a message", "megabytes"],
      rows: growth.map(({ size, ms, peakBytes }) => [
        size,
        `${Math.round(ms.median)} (${percent(ms.spread)})`,
        (ms.median / size).toFixed(2),
        megabytes(peakBytes),
      ]),
    },
    {
      title: "`compile --watch`: one file changes",
      columns: ["files", "first compile, ms", "rebuild, ms (spread)", "part"],
      rows: [
        [
          watch.files,
          watch.coldMs,
          `${Math.round(watch.rebuildMs.median)} (${percent(watch.rebuildMs.spread)})`,
          `1/${Math.round(watch.coldMs / watch.rebuildMs.median)}`,
        ],
      ],
    },
  ];
}

function megabytes(bytes) {
  return bytes === undefined ? "-" : String(Math.round(bytes / 1e6));
}

function nodeTables({ nodes }) {
  const figures = Object.keys(nodes[0]?.rows[0]?.better ?? {});
  const rows = nodes.flatMap(({ node, rows }) =>
    rows.map(({ product, other, better }) => {
      return [node, `${product} : ${other}`, ...figures.map((figure) => better[figure]?.toFixed(2) ?? "-")];
    }),
  );
  return [{ title: "On each line of Node: how many times better", columns: ["Node", "who : whom", ...figures], rows }];
}

function growthTables({ connections, methods, messages, streams }) {
  const table = (title, columns, rows, cells) => ({ title, columns, rows: rows.map(cells) });
  return [
    table(
      "Idle connections: what one more costs the server",
      ["connections", "bytes of heap", "bytes resident", "accepted/s"],
      connections,
      ({ count, heapBytes, residentBytes, perSecond }) => [
        count,
        short(heapBytes),
        short(residentBytes),
        short(perSecond),
      ],
    ),
    table(
      "Methods of a service, both sides in one process",
      ["methods", "connecting and first call, ms", "further calls, µs"],
      methods,
      ({ count, firstCallMs, micros }) => [count, digits(firstCallMs), digits(micros)],
    ),
    table(
      "Echoes of bytes",
      ["bytes", "CPU µs", "CPU ns per byte", "echoes/s"],
      messages,
      ({ bytes, cpu, nanosPerByte, perSecond }) => [bytes, short(cpu), short(nanosPerByte), short(perSecond)],
    ),
    table("Streams at once on one connection", ["streams", "µs per message"], streams, ({ count, micros }) => [
      count,
      digits(micros),
    ]),
  ];
}
