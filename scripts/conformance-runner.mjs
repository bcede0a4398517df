/** Finds Protobuf's conformance runner, or builds it from the distribution's own source package into `.cache/conformance`. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the build needs, by Debian's package, and the file by which it is known to be there. */
const needs = [
  { package: "g++", file: "/usr/bin/g++" },
  { package: "protobuf-compiler", file: "/usr/bin/protoc" },
  { package: "libprotobuf-dev", file: "/usr/include/google/protobuf/message.h" },
];

/** A sentence for the user; the script that catches it prints it and exits with 2. */
export class RunnerMissing extends Error {}

/** The path of the runner. Builds it (in half a minute) where it is missing, installs what that needs if `install` is set. */
export function conformanceRunner(cache, { install }) {
  const runner = join(cache, "conformance-test-runner");
  if (existsSync(runner)) return runner;
  mkdirSync(cache, { recursive: true });
  providePackages(install);
  const source = provideSource(cache);
  console.error("conformance: compiling the runner (half a minute)");
  build(source, cache, runner);
  return runner;
}

function providePackages(install) {
  const missing = needs.filter((need) => !existsSync(need.file)).map((need) => need.package);
  if (!existsSync("/usr/bin/apt-get")) {
    throw new RunnerMissing(
      "The conformance runner is built from Debian's source package, so this needs Debian or Ubuntu.",
    );
  }
  if (missing.length === 0) return;
  const command = `apt-get install --yes --no-install-recommends ${missing.join(" ")}`;
  if (!install) {
    throw new RunnerMissing(
      `The conformance runner is not built yet, and building it needs: ${missing.join(", ")}.\n` +
        `Run \`sudo ${command}\`, or this script as root with --install.`,
    );
  }
  run("apt-get", ["update", "-qq"]);
  run("apt-get", command.split(" ").slice(1), { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}

/** The folder of the source package of the protobuf that is installed. */
function provideSource(cache) {
  const unpacked = () => readdirSync(cache).find((name) => /^protobuf-[\d.]+$/.test(name));
  if (unpacked() === undefined) {
    console.error("conformance: fetching the source package of protobuf (5 MB)");
    const version = run("dpkg-query", ["--show", "--showformat=${source:Version}", "libprotobuf-dev"]).trim();
    download(cache, version);
    const archive = readdirSync(cache).find((name) => /^protobuf_.*\.orig\.tar\.\w+$/.test(name));
    if (archive === undefined) throw new RunnerMissing("apt-get fetched no source archive of protobuf.");
    run("tar", ["--extract", "--file", archive], { cwd: cache });
  }
  const folder = unpacked();
  if (folder === undefined) throw new RunnerMissing("The source package of protobuf has an unexpected layout.");
  return join(cache, folder);
}

/** Sources come from where the packages come from, through lists of our own: the system's stay as they are. */
function download(cache, version) {
  const lists = join(cache, "apt");
  mkdirSync(join(lists, "lists", "partial"), { recursive: true });
  mkdirSync(join(lists, "archives", "partial"), { recursive: true });
  const targets = run("apt-get", [
    "indextargets",
    "--format",
    "$(REPO_URI) $(RELEASE) $(COMPONENT)",
    "Created-By: Packages",
  ]);
  const origins = new Set(targets.split("\n").filter((line) => / main$/.test(line)));
  writeFileSync(join(lists, "sources.list"), [...origins].map((line) => `deb-src ${signedBy()}${line}\n`).join(""));
  const options = [
    `Dir::Etc::SourceList=${join(lists, "sources.list")}`,
    "Dir::Etc::SourceParts=/dev/null",
    `Dir::State::Lists=${join(lists, "lists")}`,
    `Dir::Cache=${lists}`,
    "APT::Sandbox::User=",
  ].flatMap((option) => ["-o", option]);
  run("apt-get", [...options, "update", "-qq"]);
  run("apt-get", [...options, "source", "--download-only", `protobuf=${version}`], { cwd: cache });
}

function signedBy() {
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  return existsSync(keyring) ? `[signed-by=${keyring}] ` : "";
}

function build(source, cache, runner) {
  const suite = join(source, "conformance");
  const generated = join(cache, "generated");
  const messages = ["test_messages_proto2", "test_messages_proto3"].map((name) => `google/protobuf/${name}`);
  mkdirSync(generated, { recursive: true });
  run("protoc", [`-I${suite}`, `--cpp_out=${generated}`, join(suite, "conformance.proto")]);
  run("protoc", [`-I${join(source, "src")}`, `--cpp_out=${generated}`, ...messages.map((name) => `${name}.proto`)]);
  const units = [
    ...["binary_json_conformance_suite", "text_format_conformance_suite", "conformance_test"].map(
      (name) => `${name}.cc`,
    ),
    ...["conformance_test_main", "conformance_test_runner"].map((name) => `${name}.cc`),
    "third_party/jsoncpp/jsoncpp.cpp",
  ];
  run("g++", [
    ...["-O1", "-w", "-std=c++14", `-I${generated}`, `-I${suite}`, `-I${join(suite, "third_party/jsoncpp")}`],
    // Behind the installed headers: only for the few that the package of the library leaves out.
    ...["-idirafter", join(source, "src")],
    ...units.map((name) => join(suite, name)),
    ...["conformance", ...messages].map((name) => join(generated, `${name}.pb.cc`)),
    ...["-lprotobuf", "-lpthread", "-o", `${runner}.new`],
  ]);
  renameSync(`${runner}.new`, runner);
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26, ...options });
  if (result.status !== 0) {
    throw new RunnerMissing(
      `\`${command} ${args[0]} …\` failed:\n${result.error?.message ?? result.stderr.slice(-4000)}`,
    );
  }
  return result.stdout;
}
