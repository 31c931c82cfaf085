// The seam to `@jisheng/schema-kit`: the one question that drawing asks of a validator, namely which branch fits.
// What is wrong is said by the server's check, at the field that it concerns.
import { type Schema as Judged, Validator } from "@cfworker/json-schema";
import type { RJSFSchema, ValidatorType } from "@rjsf/utils";
import { isObject, type Json } from "../json/pointer";

const judges = new Map<string, Validator>();
const MANY = 500;

export const judge: ValidatorType = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({ errors: [] }),
  isValid: (schema, value, root) => judgeOf(schema, root).validate(value).valid,
  reset: () => judges.clear(),
};

function judgeOf(schema: RJSFSchema, root: RJSFSchema): Validator {
  const key = JSON.stringify(schema);
  let found = judges.get(key);
  if (!found) {
    if (judges.size >= MANY) judges.clear();
    found = new Validator({ ...schema, $defs: needed(schema as Json, root.$defs as Json) } as Judged, "2020-12", true);
    judges.set(key, found);
  }
  return found;
}

/** Those `$defs` that a schema leads to: making a validator costs by what it is given. */
function needed(schema: Json, defs: Json | undefined): Record<string, Json> {
  const found: Record<string, Json> = {};
  const ahead: Json[] = [schema];
  while (ahead.length) {
    const one = ahead.pop() as Json;
    if (Array.isArray(one)) ahead.push(...one);
    if (!isObject(one)) continue;
    ahead.push(...Object.values(one));
    const name = named(one.$ref);
    const target = isObject(defs) ? defs[name] : undefined;
    if (target !== undefined && !(name in found)) ahead.push((found[name] = target));
  }
  return found;
}

const named = (ref: Json | undefined) => (typeof ref === "string" ? (ref.split("/")[2] ?? "") : "");
