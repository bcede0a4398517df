/** Where the things of a schema stand in the TypeScript that is generated for it: what to look for in it. */

import type { Touched } from "../check/compat/finding.js";
import { filePaths, methodName, Names, propertyName } from "../emit/names.js";
import { Report } from "../report/report.js";
import type { Declaration, Schema } from "../schema/schema.js";

/** One name in the generated code. */
export interface GeneratedName {
  /** Relative to the output directory. */
  readonly path: string;
  /** An exported interface, type, class, function or constant. */
  readonly declared: string;
  /** A property or method of it; the declaration itself where this is undefined. */
  readonly member: string | undefined;
  /** A string in its type, such as an enum's value; then `member` is undefined. */
  readonly literal: string | undefined;
}

/** Makes a function that says which generated names something touches. */
export function createNaming(schema: Schema): (touched: Touched) => readonly GeneratedName[] {
  const names = new Names(schema, new Report());
  return (touched) => {
    switch (touched.kind) {
      case "declaration": {
        const declared = schema.declarations.get(touched.fullName);
        return declared === undefined ? [] : declarationNames(names, declared);
      }
      case "member":
        return memberNames(names, schema, touched.owner, touched.name);
      case "enumValue": {
        const { source, type } = names.enum(touched.owner);
        return [{ path: filePaths(source).types, declared: type, member: undefined, literal: touched.name }];
      }
      case "method":
        return methodNames(names, schema, touched.service, touched.name);
    }
  };
}

function declarationNames(names: Names, declared: Declaration): readonly GeneratedName[] {
  switch (declared.kind) {
    case "message":
    case "union":
      return messageNames(names, declared.fullName);
    case "error": {
      const { source, class: type, errorCodec } = names.error(declared.fullName);
      const own = [whole(filePaths(source).types, type), whole(filePaths(source).codec, errorCodec)];
      return [...own, ...messageNames(names, declared.fullName)];
    }
    case "enum": {
      const { source, type, toNumber, fromNumber, toJson, fromJson } = names.enum(declared.fullName);
      const { types, codec } = filePaths(source);
      return [whole(types, type), ...[toNumber, fromNumber, toJson, fromJson].map((name) => whole(codec, name))];
    }
    case "service": {
      const { source, methods, info, client, createClient, handler, dispatch, serve } = names.service(
        declared.fullName,
      );
      const paths = filePaths(source);
      return [
        ...[methods, info].map((name) => whole(paths.methods, name)),
        ...[client, createClient].map((name) => whole(paths.client, name)),
        ...[handler, dispatch, serve].map((name) => whole(paths.server, name)),
      ];
    }
    case "alias":
      return [];
  }
}

function messageNames(names: Names, fullName: string): readonly GeneratedName[] {
  const { source, type, init, encode, decode, toJson, fromJson, codec } = names.message(fullName);
  const paths = filePaths(source);
  return [
    ...[type, init].map((name) => whole(paths.types, name)),
    ...[encode, decode, toJson, fromJson, codec].map((name) => whole(paths.codec, name)),
  ];
}

function memberNames(names: Names, schema: Schema, owner: string, name: string): readonly GeneratedName[] {
  const declared = schema.declarations.get(owner);
  if (declared === undefined || !("fields" in declared)) return [];
  const { source, type, init } = names.message(owner);
  const path = filePaths(source).types;
  const property = propertyName(name);
  const union = declared.kind === "union" ? type : declared.fields.find((field) => field.name === name)?.union;
  if (union === undefined) {
    return [type, init].map((declaredName) => ({ path, declared: declaredName, member: property, literal: undefined }));
  }
  const [received, passed] =
    declared.kind === "union"
      ? [type, init]
      : [names.inlineUnion(owner, union), `${names.inlineUnion(owner, union)}Init`];
  return [received, passed].map((arm) => ({ path, declared: arm, member: undefined, literal: property }));
}

function methodNames(names: Names, schema: Schema, service: string, name: string): readonly GeneratedName[] {
  const declared = schema.declarations.get(service);
  const method = declared?.kind === "service" ? declared.methods.find((one) => one.name === name) : undefined;
  if (method === undefined) return [];
  const { source, client, handler } = names.service(service);
  const { client: clientPath, server } = filePaths(source);
  const member = methodName(method);
  return [
    { path: clientPath, declared: client, member, literal: undefined },
    { path: server, declared: handler, member, literal: undefined },
  ];
}

function whole(path: string, declared: string): GeneratedName {
  return { path, declared, member: undefined, literal: undefined };
}
