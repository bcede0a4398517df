/** Schemas of any size: messages of ten fields that use each other, and a service that uses them all. */

const fields = [
  ["id", "string"],
  ["count", "uint32"],
  ["total", "int64"],
  ["ratio", "double"],
  ["active", "bool"],
  ["payload", "bytes"],
];

/** The text of a `.rpc` file with this many messages; one method for every ten. */
export function rpcSource(messages) {
  const declarations = Array.from({ length: messages }, (_, i) => messageText(i));
  const methods = Array.from({ length: Math.ceil(messages / 10) }, (_, i) => `  method${i}(M${i * 10}): M${i * 10}`);
  return `package load.v1\n\n${declarations.join("\n")}\nservice Load {\n${methods.join("\n")}\n}\n`;
}

function messageText(i) {
  const scalars = fields.map(([name, type], at) => `  ${at + 1} ${name}: ${type}`);
  const others = [`  7 tags: string[]`, `  8 labels: map<string, string>`, `  9 at: int64`];
  const previous = i === 0 ? [] : [`  10 previous: M${i - 1}`];
  return `/// Message number ${i}.\nmessage M${i} {\n${[...scalars, ...others, ...previous].join("\n")}\n}\n`;
}
