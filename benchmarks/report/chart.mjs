/** Bar charts as SVG text, readable on light and on dark ground. */

const width = 860;
const labelWidth = 250;
const valueWidth = 110;
const barHeight = 18;
const gap = 6;
const colours = { ours: "#2f7d4f", limit: "#8a8f98", peer: "#4a78b5" };

/** Horizontal bars, on a logarithmic scale where asked; `text` stands behind each bar. */
export function barChart(title, bars, { isLogarithmic = false } = {}) {
  const most = Math.max(...bars.map(({ value }) => value));
  const least = Math.min(...bars.map(({ value }) => value));
  const room = width - labelWidth - valueWidth;
  const length = isLogarithmic
    ? (value) => room * (0.03 + (0.97 * Math.log(value / least)) / Math.log(most / least || 2))
    : (value) => (room * value) / most;
  const lines = bars.map(({ label, value, text }, i) => bar(label, length(value), text, 44 + i * (barHeight + gap)));
  const height = 44 + bars.length * (barHeight + gap) + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="12" y="24" font-size="15" font-weight="600" fill="#1c1f23">${escaped(title)}</text>
${lines.join("\n")}
</svg>
`;
}

function bar(label, length, text, y) {
  const middle = y + barHeight - 5;
  const kind = label.startsWith("rpcgen") ? "ours" : label.startsWith("limit") ? "limit" : "peer";
  return [
    `<text x="${labelWidth - 8}" y="${middle}" text-anchor="end" fill="#1c1f23">${escaped(label)}</text>`,
    `<rect x="${labelWidth}" y="${y}" width="${Math.max(1, length).toFixed(1)}" height="${barHeight}" fill="${colours[kind]}"/>`,
    `<text x="${(labelWidth + length + 6).toFixed(1)}" y="${middle}" fill="#454b54">${escaped(text)}</text>`,
  ].join("\n");
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
