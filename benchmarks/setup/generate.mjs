/** Makes the code that is measured, ours and the peers', all from `idl/bench.rpc`; does nothing where it is fresh. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { benchmarks, idl, loadTypeScript, peersOut, productOut, project, versionOf } from "./paths.mjs";

/** Compiles `bench.rpc` with the compiler of `tree`. */
export function generateProduct(tree = project) {
  if (!existsSync(join(tree, "dist/build.json")))
    throw new Error("the project is not built: run `npm run build` first");
  const out = productOut(tree);
  const stamp = hashOf([join(tree, "dist/build.json"), join(idl, "bench.rpc")]);
  if (!isFresh(out, stamp)) {
    compileRpc(tree, join(idl, "bench.rpc"), out);
    writeFileSync(join(out, "stamp"), stamp);
  }
  return out;
}

/** Compiles one file with the compiler of `tree` and turns the output into JavaScript. */
export function compileRpc(tree, file, out) {
  rmSync(out, { recursive: true, force: true });
  const args = [join(tree, "bin/rpcgen.cjs"), "compile", "--no-config", "--quiet", "--root", join(file, "..")];
  run(process.execPath, [...args, "--out", out, file]);
  transpile(out);
}

/** Prints the `.proto` and runs every peer's generator that is installed. */
export async function generatePeers() {
  const inputs = [...readdirSync(idl).map((name) => join(idl, name)), join(project, "dist/build.json")];
  const stamp = hashOf([...inputs, join(benchmarks, "package.json"), join(benchmarks, "setup/generate.mjs")]);
  if (isFresh(peersOut, stamp)) return;
  rmSync(peersOut, { recursive: true, force: true });
  mkdirSync(peersOut, { recursive: true });
  await printProto(join(idl, "bench.rpc"), join(peersOut, "proto"));
  if (versionOf("protobufjs-cli")) generateProtobufjs();
  if (versionOf("@bufbuild/buf")) generateWithBuf();
  if (versionOf("bebop-tools")) generateBebop();
  transpile(peersOut);
  writeFileSync(join(peersOut, "stamp"), stamp);
}

/** Writes the `.proto` that says the same as an `.rpc` file. */
export async function printProto(file, folder) {
  const load = (path) => import(pathToFileURL(join(project, "dist/compiler/src", path)).href);
  const { analyze } = await load("compile.js");
  const { createNodeHost } = await load("project/host-node.js");
  const { Report } = await load("report/report.js");
  const { emitProto } = await load("emit/proto/emit-proto.js");
  const { schema, isSound } = analyze([file], createNodeHost(join(file, "..")), {}, new Report());
  if (!isSound) throw new Error(`${file} has mistakes: \`node bin/rpcgen.cjs check ${file}\` says which`);
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of emitProto(schema)) writeFileSync(join(folder, path), text);
}

/** The command of a package in `node_modules/.bin`. */
export const bin = (name) => join(benchmarks, "node_modules/.bin", name);

/** `buf generate` with one installed plug-in. */
export function bufGenerate(folder, plugin, out, options = []) {
  const template = { version: "v2", plugins: [{ local: bin(plugin), out, opt: options, strategy: "all" }] };
  run(bin("buf"), ["generate", folder, "--template", JSON.stringify(template)]);
}

function generateProtobufjs() {
  const out = join(peersOut, "protobufjs");
  mkdirSync(out, { recursive: true });
  // Numbers for 64 bits, as in all codecs that offer the choice.
  const options = ["-t", "static-module", "-w", "esm", "--force-number", "--dependency", "protobufjs/minimal.js"];
  const files = ["-o", join(out, "bench.mjs"), join(peersOut, "proto/bench.proto")];
  run(bin("pbjs"), [...options, "--no-comments", "--no-verify", "--no-delimited", ...files]);
}

function generateWithBuf() {
  const folder = join(peersOut, "proto");
  const generate = (plugin, name, options) => bufGenerate(folder, plugin, join(peersOut, name), options);
  if (versionOf("@bufbuild/protoc-gen-es"))
    generate("protoc-gen-es", "protobuf-es", ["target=js", "import_extension=js"]);
  if (versionOf("@protobuf-ts/plugin")) generate("protoc-gen-ts", "protobuf-ts", ["long_type_number", "server_none"]);
  const services = ["outputServices=nice-grpc", "outputServices=generic-definitions"];
  const tsProto = ["env=node", "esModuleInterop=true", "importSuffix=.js", ...services];
  if (versionOf("ts-proto")) generate("protoc-gen-ts_proto", "ts-proto", tsProto);
}

function generateBebop() {
  const platform = { linux: "linux", darwin: "macos", win32: "windows" }[process.platform];
  const folder = join(benchmarks, "node_modules/bebop-tools/tools", platform ?? "none", process.arch);
  const compiler = join(folder, process.platform === "win32" ? "bebopc.exe" : "bebopc");
  if (!existsSync(compiler)) return;
  mkdirSync(join(peersOut, "bebop"));
  const args = ["--include", join(idl, "bench.bop"), "build", "--no-warn", "200", "--generator"];
  run(compiler, [...args, `ts:${join(peersOut, "bebop/bench.ts")}`]);
}

/** Turns every `.ts` below a folder into JavaScript beside it; types are nobody's business here. */
function transpile(folder) {
  const ts = loadTypeScript();
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: false };
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith(".ts") || name.endsWith(".d.ts")) continue;
    const text = readFileSync(join(folder, name), "utf8").replaceAll(/(from "\.[^"]*?)(?<!\.js)";/g, '$1.js";');
    const { outputText } = ts.transpileModule(text, { compilerOptions, fileName: name });
    writeFileSync(join(folder, name.replace(/\.ts$/, ".js")), outputText);
  }
}

function isFresh(folder, stamp) {
  const path = join(folder, "stamp");
  return existsSync(path) && readFileSync(path, "utf8") === stamp;
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(readFileSync(path)).update("\0");
  return hash.digest("hex");
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: benchmarks, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? `${stdout}${stderr}`}`);
}
