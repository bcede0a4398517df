/** What `rpcgen` is to programs: the types of a configuration, and of the schema that emitters are given. Nothing here loads the compiler. */

export type { EmittedFile, Emitter, EmitterContext, EmitterFinding } from "./schema/emitter.js";
export type {
  AliasSchema,
  Annotation,
  AnnotationValue,
  BuiltinName,
  Declaration,
  Described,
  EnumSchema,
  EnumValueSchema,
  ErrorSchema,
  FieldSchema,
  FileSchema,
  InlineUnionSchema,
  Int64Form,
  MessageSchema,
  MethodSchema,
  MethodShape,
  ReservedSchema,
  ScalarName,
  Schema,
  ServiceSchema,
  StatusName,
  TypeSchema,
  UnionSchema,
} from "./schema/schema.js";
export { defineConfig } from "./project/config.js";
export type {
  AcceptedBreak,
  BreakingConfig,
  ImportExtension,
  LintConfig,
  LintSeverity,
  RpcgenConfig,
} from "./project/config.js";
