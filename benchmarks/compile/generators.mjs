/** The generators that are measured: each says which command makes code from one schema. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bin } from "../setup/generate.mjs";
import { versionOf } from "../setup/paths.mjs";

/** `protoc` of the system, if there is one; none is downloaded. */
export function protocVersion() {
  const { status, stdout } = spawnSync("protoc", ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.trim().replace("libprotoc ", "") : undefined;
}

function rpcgen(name, tree, isAgain = false) {
  const command = ({ rpc, out }) => ({
    command: process.execPath,
    args: [
      join(tree, "bin/rpcgen.cjs"),
      "compile",
      "--no-config",
      "--quiet",
      "--root",
      join(rpc, ".."),
      "--out",
      out,
      rpc,
    ],
  });
  return { name, packages: [], isAgain, command };
}

function buf(name, packages, plugin, opt) {
  return {
    name,
    packages: ["@bufbuild/buf", ...packages],
    command({ protoFolder, out }) {
      const template = { version: "v2", plugins: [{ local: bin(plugin), out, opt, strategy: "all" }] };
      return { command: bin("buf"), args: ["generate", protoFolder, "--template", JSON.stringify(template)] };
    },
  };
}

function protoc(name, packages, args) {
  return {
    name,
    packages,
    needsProtoc: true,
    command: ({ proto, protoFolder, out }) => ({ command: "protoc", args: [`-I${protoFolder}`, ...args(out), proto] }),
  };
}

function pbjs(name, options) {
  return {
    name,
    packages: ["protobufjs-cli"],
    command: ({ proto, out }) => ({ command: bin("pbjs"), args: [...options, "-o", join(out, "out.js"), proto] }),
  };
}

export function allGenerators(tree) {
  return [
    rpcgen("rpcgen", tree),
    rpcgen("rpcgen, nothing changed", tree, true),
    protoc("protoc, descriptor only", [], (out) => [`--descriptor_set_out=${join(out, "set.bin")}`]),
    pbjs("pbjs, JSON", ["-t", "json"]),
    pbjs("pbjs, static", ["-t", "static-module", "-w", "esm"]),
    protoc("protoc-gen-es", ["@bufbuild/protoc-gen-es"], (out) => [
      `--plugin=protoc-gen-es=${bin("protoc-gen-es")}`,
      "--es_opt=target=ts",
      `--es_out=${out}`,
    ]),
    buf("protoc-gen-es through buf", ["@bufbuild/protoc-gen-es"], "protoc-gen-es", ["target=ts"]),
    buf("protobuf-ts through buf", ["@protobuf-ts/plugin"], "protoc-gen-ts", []),
    buf("ts-proto through buf", ["ts-proto"], "protoc-gen-ts_proto", ["esModuleInterop=true"]),
  ];
}

/** Why a generator cannot be measured here; undefined where it can. */
export function missing({ packages, needsProtoc }) {
  const absent = packages.filter((name) => versionOf(name) === undefined);
  if (absent.length > 0) return `${absent.join(", ")} is not installed`;
  return needsProtoc && protocVersion() === undefined ? "there is no protoc on this machine" : undefined;
}
