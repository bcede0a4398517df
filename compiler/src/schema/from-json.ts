/** Reads a schema from its JSON form, believing nothing: what comes out is as total as what the compiler makes. */

import { createFingerprinter } from "./fingerprint.js";
import { freeze } from "./freeze.js";
import { JsonNode, JsonObject, JsonProblem, parseJson } from "./json-reader.js";
import { readAlias, readEnum, readError, readMessage, readService, readUnion } from "./read-declaration.js";
import type { UnfinishedService } from "./read-declaration.js";
import type { Declaration, FileSchema, Schema, ServiceSchema } from "./schema.js";
import { schemaFormat, schemaFormatVersion } from "./to-json.js";

export type SchemaReading =
  | { readonly kind: "schema"; readonly schema: Schema }
  /** `path` leads to what is wrong, for instance `files[0].messages[2].name`; "" is the whole document. */
  | { readonly kind: "invalid"; readonly path: string; readonly message: string };

/** Reads what `schemaToJson` wrote. Fingerprints are computed anew; the rules are for `check` to run. Never throws. */
export function schemaFromJson(text: string): SchemaReading {
  try {
    return { kind: "schema", schema: readSchema(new JsonNode(parseJson(text), "")) };
  } catch (error) {
    if (error instanceof JsonProblem) return { kind: "invalid", path: error.path, message: error.message };
    throw error;
  }
}

interface UnfinishedFile extends Omit<FileSchema, "services"> {
  readonly services: readonly UnfinishedService[];
}

function readSchema(node: JsonNode): Schema {
  const document = new JsonObject(node, ["format", "version", "files"]);
  document.required("format").oneOf([schemaFormat]);
  const version = document.required("version");
  if (version.integer() !== schemaFormatVersion)
    version.fail(`has to be ${schemaFormatVersion}: this is another format`);
  const fileNodes = document.required("files").list();
  const unfinished = fileNodes.map(readFile);
  const declarations = new Map<string, Declaration>();
  const declare = (declaration: Declaration, at: JsonNode): void => {
    if (declarations.has(declaration.fullName)) at.fail(`declares ${declaration.fullName} a second time`);
    declarations.set(declaration.fullName, declaration);
  };
  for (const [index, file] of unfinished.entries()) {
    const at = fileNodes[index] ?? node;
    for (const list of [file.messages, file.enums, file.unions, file.errors, file.aliases]) {
      for (const declaration of list) declare(declaration, at);
    }
  }
  const fingerprint = createFingerprinter(declarations);
  const files = unfinished.map((file, index): FileSchema => {
    const services = file.services.map((service): ServiceSchema => ({ ...service, fingerprint: fingerprint(service) }));
    for (const service of services) declare(service, fileNodes[index] ?? node);
    return { ...file, services };
  });
  const schema: Schema = { files, declarations };
  checkReferences(schema, node);
  return freeze(schema);
}

function readFile(node: JsonNode): UnfinishedFile {
  const file = new JsonObject(node, [
    "path",
    "package",
    "docs",
    "imports",
    "isStandard",
    "messages",
    "enums",
    "unions",
    "errors",
    "aliases",
    "services",
  ]);
  const packageName = file.required("package").string();
  return {
    path: file.required("path").string(),
    package: packageName,
    docs: file.optional("docs", (docs) => docs.string(), ""),
    imports: file.items("imports", (path) => path.string()),
    isStandard: file.flag("isStandard"),
    messages: file.items("messages", (message) => readMessage(message, packageName)),
    enums: file.items("enums", (declaration) => readEnum(declaration, packageName)),
    unions: file.items("unions", (union) => readUnion(union, packageName)),
    errors: file.items("errors", (error) => readError(error, packageName)),
    aliases: file.items("aliases", (alias) => readAlias(alias, packageName)),
    services: file.items("services", (service) => readService(service, packageName)),
  };
}

/** Every name that something refers to has to be declared, as what it is said to be. */
function checkReferences({ files, declarations }: Schema, node: JsonNode): void {
  const need = (name: string, kinds: readonly Declaration["kind"][]): void => {
    const found = declarations.get(name)?.kind;
    if (found === undefined || !kinds.includes(found))
      node.fail(`refers to the ${kinds.join(" or ")} ${name}, which it lacks`);
  };
  for (const file of files) {
    for (const owner of [...file.messages, ...file.errors, ...file.unions]) {
      for (const { type, alias } of owner.fields) {
        if (type.kind !== "scalar" && type.kind !== "builtin") need(type.name, [type.kind]);
        if (alias !== undefined) need(alias, ["alias"]);
      }
    }
    for (const { type } of file.aliases)
      if (type.kind !== "scalar" && type.kind !== "builtin") need(type.name, [type.kind]);
    for (const service of file.services) {
      if (service.extends !== undefined) need(service.extends, ["service"]);
      for (const method of service.methods) {
        need(method.input, ["message", "union"]);
        need(method.output, ["message", "union"]);
        for (const name of method.throws) need(name, ["error"]);
      }
    }
  }
}
