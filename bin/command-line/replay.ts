/** The command line of `rpcgen replay`. */

import { Argument, Option } from "commander";
import { replayTargets, type ReplayOptions } from "../replay-options.js";
import { addProjectOptions, addSharedOptions, choiceOption, path, pathOption } from "./options.js";
import type { DeclareCommand } from "./options.js";

export const declareReplay: DeclareCommand = (program, finish) => {
  const command = program
    .command("replay")
    .summary("make tests of recorded calls")
    .description("Writes a test that makes the calls of a recording again on a server, and says where answers differ.")
    .addArgument(new Argument("<recording>", "what recordCalls of @rpcgen/runtime/testing has written").argParser(path))
    .addOption(choiceOption("--to <target>", "what to make of it", replayTargets).makeOptionMandatory())
    .addOption(pathOption("-o, --out <file>", "file to write to (default: beside the recording)"))
    .addOption(
      new Option("--server <address>", "the server that is tested, where RPC_SERVER names none").default(
        "rpc://127.0.0.1:7000",
      ),
    )
    .addOption(
      pathOption("--setup <module>", "a module whose `options` are for every call: what to ignore, secrets to fill in"),
    );
  addProjectOptions(command);
  addSharedOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n  $ rpcgen replay test/orders.jsonl --to vitest\n  $ rpcgen replay orders.jsonl --to vitest --out test/orders.test.ts --setup test/replay.ts",
    )
    .action(async (recording: string, options: ReplayOptions) => {
      const { replayCommand } = await import("../commands/replay.js");
      finish(await replayCommand(recording, options));
    });
};
