/** Prints the JSON Schema of policy files from the shapes that check them. */

import {
  documentShape,
  methodPattern,
  rulesMax,
  type ObjectShape,
  type Shape,
} from "../../src/resilience/policy-shape.js";

type Json = Readonly<Record<string, unknown>>;

export function policySchema(): Json {
  const root = objectSchema(documentShape);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Policies of rpcgen channels and servers",
    ...root,
    properties: { $schema: { type: "string" }, ...(root.properties as Json) },
  };
}

function schemaOf(shape: Shape): Json {
  switch (shape.kind) {
    case "number":
      return { type: shape.isWhole ? "integer" : "number", minimum: shape.least, maximum: shape.most };
    case "word":
      return { enum: shape.words };
    case "list":
      return { type: "array", items: schemaOf(shape.of), minItems: 1, maxItems: shape.of.words.length };
    case "object":
      return objectSchema(shape);
    case "rules":
      return {
        type: "object",
        propertyNames: { pattern: methodPattern.source },
        maxProperties: rulesMax,
        additionalProperties: objectSchema(shape.of),
      };
    case "either":
      return { anyOf: [schemaOf(shape.words), objectSchema(shape.or)] };
  }
}

function objectSchema({ fields }: ObjectShape): Json {
  const required = Object.entries(fields).filter(([, field]) => field.isRequired);
  const properties = Object.entries(fields).map(([name, { shape, doc }]) => [
    name,
    { description: doc, ...schemaOf(shape) },
  ]);
  return {
    type: "object",
    properties: Object.fromEntries(properties) as Json,
    ...(required.length === 0 ? {} : { required: required.map(([name]) => name) }),
    additionalProperties: false,
  };
}
