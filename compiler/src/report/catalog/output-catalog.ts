/** Codes of the run as a whole: configuration, reading, generated names, and writing. */

export const outputCatalog = {
  "name-collision": {
    severity: "error",
    message: (p: { name: string; target: string; first: string; second: string }): string =>
      `${p.first} and ${p.second} would both be called \`${p.name}\` in ${p.target}`,
    explanation:
      "Names are written once and follow the convention of each target; two that differ here may meet there. Rename one of them, or give one a name of its own with `@name`.",
    wrong: "message Order { 1 placedAt: string 2 placed_at: string }",
    right: "message Order { 1 placedAt: string 2 placedOn: string }",
  },
  "output-collision": {
    severity: "error",
    message: (p: { path: string; first: string; second: string }): string =>
      `${p.first} and ${p.second} would both be written to ${p.path}`,
    explanation:
      "Every source file has output files of its own. Two logical paths that differ only in case meet on many file systems.",
    wrong: "a/orders.rpc and b/orders.rpc, with source directories a and b",
    right: "a/shop/orders.rpc and b/stock/orders.rpc",
  },
  "output-path-invalid": {
    severity: "error",
    message: (p: { path: string; reason: string }): string => `the output path ${p.path} ${p.reason}`,
    explanation: "Output stays inside the output directory and has names that every file system can hold.",
    wrong: "con.rpc",
    right: "console.rpc",
  },
  "output-edited": {
    severity: "error",
    message: (p: { path: string }): string => `${p.path} is not as rpcgen left it, so it is left as it is`,
    explanation:
      "What `rpcgen import` and `rpcgen sdk` write may be edited by hand, and writing it again would undo that. Write to another directory and compare, or pass `--force` to replace it.",
    wrong: "rpc/orders.rpc, edited, and imported a second time",
    right: "rpcgen import protos/orders.proto --out fresh",
  },
  "output-not-generated": {
    severity: "error",
    message: (p: { path: string }): string => `${p.path} exists and was not written by rpcgen, so it is left as it is`,
    explanation:
      "A file without the header of generated files was written by hand. Move it, choose another output directory, or pass `--force` to replace it.",
    wrong: "gen/orders.types.ts, written by hand",
    right: "src/order-types.ts, written by hand, and gen/ left to the compiler",
  },
  "write-failed": {
    severity: "error",
    message: (p: { path: string; reason: string }): string => `cannot write ${p.path}: ${p.reason}`,
    explanation: "The operating system refused to write. Files are replaced whole or not at all.",
    wrong: "an output directory that may not be written",
    right: "an output directory that may be written",
  },
  "template-invalid": {
    severity: "error",
    message: (p: { path: string; reason: string }): string => `the template ${p.path} cannot be used: ${p.reason}`,
    explanation:
      "Templates are handlebars with the helpers `if`, `unless`, `each` and `with`, and reach only the values that they are given. A name that is not there is a mistake, and nothing is written then.",
    wrong: "<h1>{{constructor.name}}</h1>",
    right: "<h1>{{title}}</h1>",
  },
  "emitter-failed": {
    severity: "error",
    message: (p: { name: string; reason: string }): string => `the emitter \`${p.name}\` fails: ${p.reason}`,
    explanation:
      "An emitter is a plug-in of the configuration. What it throws, and files that it may not write, keep everything from being written; the output stays as it was.",
    wrong: 'emit: () => [{ path: "../outside.txt", text: "" }]',
    right: 'emit: () => [{ path: "inside.txt", text: "" }]',
  },
  "emitter-error": {
    severity: "error",
    message: (p: { name: string; message: string }): string => `${p.message} (${p.name})`,
    explanation: "An emitter of the configuration refuses what stands there; its name stands in parentheses.",
    wrong: "something that the emitter does not take",
    right: "what its documentation says",
  },
  "emitter-warning": {
    severity: "warning",
    message: (p: { name: string; message: string }): string => `${p.message} (${p.name})`,
    explanation: "An emitter of the configuration has doubts about what stands there; its name stands in parentheses.",
    wrong: "something that the emitter has doubts about",
    right: "what its documentation says",
  },
  "read-failed": {
    severity: "error",
    message: (p: { path: string; reason: string }): string => `cannot read ${p.path}: ${p.reason}`,
    explanation: "The operating system refused to read the file, or what is there is not a regular file.",
    wrong: "rpcgen compile missing.rpc",
    right: "rpcgen compile orders.rpc",
  },
  "config-invalid": {
    severity: "error",
    message: (p: { path: string; reason: string }): string => `${p.path}: ${p.reason}`,
    explanation:
      "The nearest `rpcgen.config.ts`, `.mts`, `.js`, `.mjs` or `.json` above the working directory exports a plain object with the keys `root`, `files`, `out`, `importRoots`, `importExtension`, `breaking`, `lint` and `docs`, each of which may be left out, and nothing else. Paths in it are counted from where it stands.",
    wrong: 'export default { input: "idl" }',
    right: 'export default { root: "idl", out: "src/gen" }',
  },
} as const;
