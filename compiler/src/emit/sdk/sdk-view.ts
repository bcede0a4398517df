/** What the templates of a package are filled with. */

import type { MethodSchema, Schema, ServiceSchema } from "../../schema/schema.js";
import type { Names } from "../names.js";
import { jsonText } from "../ts/escape.js";
import { callOf, connecting, type CallContext } from "../text/docs/sample-call.js";
import { readingOrder } from "../text/docs/used-by.js";
import { SampleMaker } from "../text/docs/sample-maker.js";
import { plainSummary } from "../text/markdown.js";
import type { SdkModules } from "./sdk-modules.js";
import type { SdkChange, SdkOptions } from "./sdk-options.js";

export function sdkView(schema: Schema, names: Names, modules: SdkModules, options: SdkOptions): object {
  const own = schema.files.filter(({ isStandard }) => !isStandard);
  const at: CallContext = {
    schema,
    names,
    samples: new SampleMaker(schema),
    moduleOf: (source, role) => modules.moduleOf(source, role),
  };
  const services = own.flatMap((file) => file.services);
  const views = services.map((service) => serviceView(at, service));
  const changes = options.changes ?? [];
  return {
    name: options.name,
    version: options.version,
    description: options.description ?? "",
    hasDescription: (options.description ?? "") !== "",
    license: options.license ?? "",
    runtime: options.runtimeVersion,
    generator: options.generatorVersion,
    packageJson: packageJson(options),
    hasServices: services.length > 0,
    services: views,
    first: views.filter((_, index) => services[index] === mainService(services)),
    files: own.map(({ path, docs }) => ({
      path,
      summary: plainSummary(docs),
      isIndexed: modules.isIndexed(path),
      types: modules.moduleOf(path, "types"),
    })),
    hasOwnPaths: own.some(({ path }) => !modules.isIndexed(path)),
    isFirst: options.changes === undefined,
    hasChanges: changes.length > 0,
    breaking: changes.filter(({ isBreaking }) => isBreaking).map(changeView),
    others: changes.filter(({ isBreaking }) => !isBreaking).map(changeView),
    hasBreaking: changes.some(({ isBreaking }) => isBreaking),
    hasOthers: changes.some(({ isBreaking }) => !isBreaking),
  };
}

/** What newcomers are shown: the largest service, and none that is there for others to extend. */
function mainService(services: readonly ServiceSchema[]): ServiceSchema | undefined {
  const bases = new Set(services.map((service) => service.extends));
  const own = services.filter(({ fullName }) => !bases.has(fullName));
  return own.reduce<ServiceSchema | undefined>((best, service) => {
    return best === undefined || service.methods.length > best.methods.length ? service : best;
  }, undefined);
}

function changeView({ levels, message }: SdkChange): object {
  return { levels: levels.join(", "), message };
}

function serviceView(at: CallContext, service: ServiceSchema): object {
  const names = at.names.service(service.fullName);
  const methods = readingOrder(at.schema, service);
  return {
    name: service.name,
    fullName: service.fullName,
    docs: service.docs.trim(),
    connecting: connecting(at, service),
    starting: connecting(at, service, methods.slice(0, 1)),
    createClient: names.createClient,
    server: at.moduleOf(names.source, "client").replace(/\.client$/, ""),
    methods: methods.map((method) => methodView(at, service, method)),
  };
}

function methodView(at: CallContext, service: ServiceSchema, method: MethodSchema): object {
  return {
    name: method.name,
    docs: method.docs.trim(),
    isDeprecated: method.deprecated !== undefined,
    deprecated: method.deprecated ?? "",
    isIdempotent: method.isIdempotent,
    throws: method.throws.map((name) => name.slice(name.lastIndexOf(".") + 1)).join(", "),
    call: callOf(at, service, method),
  };
}

/** Everything that npm reads, as values that are JSON already; a template says in which order they stand, and adds its own. */
function packageJson(options: SdkOptions): object {
  const { name, version, description, license, repository, keywords = [], runtimeVersion } = options;
  return {
    name: jsonText(name),
    version: jsonText(version),
    description: jsonText(description ?? ""),
    license: jsonText(license ?? "UNLICENSED"),
    repository: repository === undefined ? "" : jsonText({ type: "git", url: repository }),
    keywords: jsonText(keywords),
    dependencies: jsonText({ "@rpcgen/runtime": `^${runtimeVersion}` }),
  };
}
