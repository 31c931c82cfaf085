// Conditions decided: what a schema asks for, given what is written now.
import { createSchemaUtils, type RJSFSchema } from "@rjsf/utils";
import type { JsonObject } from "../json/pointer";
import { judge } from "./judge";
import type { Schema } from "./schema";

// Opening a form changes nothing: it adds no member that nobody wrote.
export const UNASKED = {
  emptyObjectFields: "skipDefaults",
  allOf: "skipDefaults",
  constAsDefaults: "never",
  arrayMinItems: { populate: "never" },
} as const;

/** The root schema with its conditions decided for the present content. */
export function resolved(schema: Schema, value: JsonObject): Schema {
  const utils = createSchemaUtils(judge, schema as RJSFSchema, UNASKED);
  return utils.retrieveSchema(schema as RJSFSchema, value) as Schema;
}
