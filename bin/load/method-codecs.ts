/** Compiles what a service's methods need and loads it into this process: the same codecs that its clients have. */

import type { Method } from "@rpcgen/runtime";
import type { ServiceJson } from "@rpcgen/runtime/codegen/v1";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { methodName, Names } from "../../compiler/src/emit/names.js";
import { javaScriptOf } from "../../compiler/src/emit/ts/compile-outputs.js";
import { emitTypeScript } from "../../compiler/src/emit/ts/emit-typescript.js";
import { doorModule } from "../../compiler/src/emit/ts/runtime-door.js";
import { nodeOutputHost } from "../../compiler/src/project/host-output.js";
import { Report } from "../../compiler/src/report/report.js";
import type { FileSchema, MethodSchema, Schema } from "../../compiler/src/schema/schema.js";
import { UsageError } from "../exit-code.js";
import { runtimeUrl } from "../runtime-package.js";
import { version } from "../version.js";

/** A method with its codecs. What goes in and comes out was typed where it was generated. */
export interface CompiledMethod {
  readonly method: Method<unknown, unknown>;
  readonly request: ServiceJson["methods"][number]["request"];
}

/**
 * `directory` is where the runtime is looked up. Throws a UsageError where the schema cannot be compiled, or the runtime is too
 * old for what is compiled.
 */
export async function compileMethod(
  schema: Schema,
  service: string,
  method: MethodSchema,
  directory: string,
): Promise<CompiledMethod> {
  const report = new Report();
  const names = new Names(schema, report).service(service);
  const part: Schema = { ...schema, files: filesFor(names.source, schema.files) };
  const texts = emitTypeScript(part, { importExtension: ".js", version: version() }, report);
  if (report.hasErrors) throw new UsageError("the .rpc files cannot be compiled", "`rpcgen compile` says why");
  const own = names.source.replace(/\.rpc$/, ".methods.js");
  const module = await importTexts(texts, runtimeUrl(doorModule, directory), own);
  const methods = module[names.methods] as Readonly<Record<string, Method<unknown, unknown>>>;
  const json = module[names.json] as ServiceJson;
  const found = methods[methodName(method)];
  const request = json.methods[method.index]?.request;
  if (found === undefined || request === undefined) throw new Error(`${service} lost its method ${method.name}`);
  return { method: found, request };
}

/** A file and all that it imports, in the order of the schema. */
function filesFor(path: string, files: readonly FileSchema[]): readonly FileSchema[] {
  const wanted = new Set<string>();
  const queue = [path];
  for (const next of queue) {
    if (wanted.has(next)) continue;
    wanted.add(next);
    queue.push(...(files.find((file) => file.path === next)?.imports ?? []));
  }
  return files.filter((file) => wanted.has(file.path));
}

/** Imports one of the modules with those that it imports; they stand on the disk only while it does. */
async function importTexts(
  texts: ReadonlyMap<string, string>,
  door: string,
  wanted: string,
): Promise<Readonly<Record<string, unknown>>> {
  const directory = join(tmpdir(), `rpcgen-load-${randomUUID()}`);
  const host = nodeOutputHost;
  const made = new Set<string>();
  const make = (path: string): void => {
    if (made.has(path)) return;
    if (path !== directory) make(dirname(path));
    host.makeDirectory(path);
    made.add(path);
  };
  try {
    make(directory);
    host.create(join(directory, "package.json"), '{ "type": "module" }\n');
    for (const [name, text] of texts) {
      // Nothing imports these.
      if (/\.(client|server)\.ts$/.test(name)) continue;
      const path = join(directory, name.replace(/\.ts$/, ".js"));
      make(dirname(path));
      host.create(
        path,
        javaScriptOf(name, text).replaceAll(`"${doorModule}"`, () => JSON.stringify(door)),
      );
    }
    return (await import(pathToFileURL(join(directory, wanted)).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(
      `the @rpcgen/runtime that is installed here does not fit this rpcgen: ${error.message}`,
      "install both in the same version",
    );
  } finally {
    host.removeAll(directory);
  }
}
