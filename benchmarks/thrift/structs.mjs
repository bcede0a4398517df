/** Thrift's structs, printed from one list as its compiler would print them, which is a native program that npm lacks. */

import { createRequire } from "node:module";
import { wideFields } from "../payloads.mjs";

const require = createRequire(import.meta.url);
export const thrift = require("thrift");

const { Thrift } = thrift;
const { Type } = Thrift;

const list = (of) => ({ kind: "list", of });
const struct = (name) => ({ kind: "struct", name });
const map = { kind: "map" };

/** Fields in the order of their numbers. */
const definitions = {
  Small: { id: "I32", name: "String", email: "String", active: "Bool", score: "Double" },
  Address: { street: "String", city: "String", zip: "String" },
  Customer: { name: "String", email: "String", address: struct("Address") },
  Item: { sku: "String", quantity: "I32", price: "Double", tags: list("String") },
  Medium: {
    id: "String",
    status: "I32",
    customer: struct("Customer"),
    items: list(struct("Item")),
    labels: map,
    createdAt: "I64",
    updatedAt: "I64",
    total: "Double",
  },
  Numeric: { samples: list("Double"), counts: list("I32"), blob: "Binary" },
  Wide: Object.fromEntries(wideFields.map((name) => [name, "String"])),
  Blob: { data: "Binary" },
};

const typeNumbers = {
  I32: Type.I32,
  I64: Type.I64,
  String: Type.STRING,
  Binary: Type.STRING,
  Bool: Type.BOOL,
  Double: Type.DOUBLE,
};
const typeNumber = (type) =>
  typeof type === "string" ? typeNumbers[type] : { list: Type.LIST, struct: Type.STRUCT, map: Type.MAP }[type.kind];

function writeText(type, value) {
  if (typeof type === "string") return `output.write${type}(${value});`;
  if (type.kind === "struct") return `${value}.write(output);`;
  if (type.kind === "list") {
    return `output.writeListBegin(${typeNumber(type.of)}, ${value}.length);
      for (let i = 0; i < ${value}.length; i++) { ${writeText(type.of, `${value}[i]`)} }
      output.writeListEnd();`;
  }
  return `output.writeMapBegin(${Type.STRING}, ${Type.STRING}, Object.keys(${value}).length);
    for (const key in ${value}) { output.writeString(key); output.writeString(${value}[key]); }
    output.writeMapEnd();`;
}

function readText(type, target) {
  if (typeof type === "string") return `${target} = input.read${type}();`;
  if (type.kind === "struct") return `${target} = new structs.${type.name}(); ${target}.read(input);`;
  if (type.kind === "list") {
    return `${target} = []; { const { size } = input.readListBegin();
      for (let i = 0; i < size; i++) { let item; ${readText(type.of, "item")} ${target}.push(item); }
      input.readListEnd(); }`;
  }
  return `${target} = {}; { const { size } = input.readMapBegin();
    for (let i = 0; i < size; i++) { const key = input.readString(); ${target}[key] = input.readString(); }
    input.readMapEnd(); }`;
}

function fieldWrite([name, type], i) {
  return `if (this.${name} !== null && this.${name} !== undefined) {
    output.writeFieldBegin("${name}", ${typeNumber(type)}, ${i + 1});
    ${writeText(type, `this.${name}`)}
    output.writeFieldEnd();
  }`;
}

function fieldRead([name, type], i) {
  return `case ${i + 1}: if (ftype === ${typeNumber(type)}) { ${readText(type, `this.${name}`)} } else input.skip(ftype); break;`;
}

function structText(name, fields) {
  const entries = Object.entries(fields);
  return `structs.${name} = class ${name} {
    constructor(args) {
      ${entries.map(([field]) => `this.${field} = null;`).join("\n")}
      if (args) { ${entries.map((entry) => construct(entry)).join("\n")} }
    }
    write(output) {
      output.writeStructBegin("${name}");
      ${entries.map(fieldWrite).join("\n")}
      output.writeFieldStop();
      output.writeStructEnd();
    }
    read(input) {
      input.readStructBegin();
      for (;;) {
        const { ftype, fid } = input.readFieldBegin();
        if (ftype === ${Type.STOP}) break;
        switch (fid) { ${entries.map(fieldRead).join("\n")} default: input.skip(ftype); }
        input.readFieldEnd();
      }
      input.readStructEnd();
    }
  };`;
}

function construct([name, type]) {
  const given = `args.${name}`;
  if (type.kind === "struct") return `if (${given} != null) this.${name} = new structs.${type.name}(${given});`;
  if (type.kind === "list" && type.of.kind === "struct") {
    return `if (${given} != null) this.${name} = ${given}.map((item) => new structs.${type.of.name}(item));`;
  }
  return `if (${given} != null) this.${name} = ${given};`;
}

/** The classes by name. */
export const structs = new Function(
  "structs",
  `${Object.entries(definitions)
    .map(([name, fields]) => structText(name, fields))
    .join("\n")}
  return structs;`,
)({});
