// What somebody filled in, to be read: labels and values by the schema that it was filled in under.
import { createSchemaUtils, type RJSFSchema } from "@rjsf/utils";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { drawing } from "../../forms/drawing";
import { judge } from "../../forms/judge";
import { UNASKED } from "../../forms/resolved";
import type { Schema } from "../../forms/schema";
import { isObject, type Json, type JsonObject } from "../../json/pointer";
import { usePreferences } from "../../shell/preferences";

type Retrieve = (schema: RJSFSchema, value: Json) => JsonObject;
const Retrieval = createContext<Retrieve>((schema) => schema as JsonObject);

/** `schema`: made by `ready`. Conditions are decided by what was filled in; members that no schema knows are shown as they are. */
export function Shown({ schema, value }: { schema: Schema; value: JsonObject }) {
  const retrieve = useMemo<Retrieve>(() => {
    const utils = createSchemaUtils(judge, schema as RJSFSchema, UNASKED);
    return (one, given) => utils.retrieveSchema(one, given) as JsonObject;
  }, [schema]);
  return <Retrieval value={retrieve}><Members schema={schema} value={value} /></Retrieval>;
}

interface Entry {
  name: string;
  title: string;
  schema: JsonObject;
  value: Json;
}

function useEntries(schema: JsonObject, value: JsonObject): Entry[] {
  const retrieve = useContext(Retrieval);
  const { language } = usePreferences();
  const whole = retrieve(schema as RJSFSchema, value);
  const members = isObject(whole.properties) ? whole.properties : {};
  const names = (drawing(whole as RJSFSchema, language)["ui:order"] as string[]).filter((name) => name in value && name !== "*");
  const rest = Object.keys(value).filter((name) => !names.includes(name));
  return [...names, ...rest].map((name) => {
    const given = value[name] as Json;
    const one = isObject(members[name]) ? retrieve(members[name] as RJSFSchema, given) : {};
    const own = isObject(members[name]) ? members[name].title : undefined;
    return { name, title: String(own ?? one.title ?? name), schema: one, value: given };
  });
}

function Members({ schema, value }: { schema: JsonObject; value: JsonObject }) {
  const entries = useEntries(schema, value);
  const plain = entries.filter((one) => !isGroup(one.value));
  const groups = entries.filter((one) => isGroup(one.value));
  return (
    <>
      {plain.length > 0 && (
        <dl className="shown">
          {plain.map((one) => <div key={one.name} className={isLong(one.value) ? "long" : ""}><dt>{one.title}</dt><dd><Leaf schema={one.schema} value={one.value} /></dd></div>)}
        </dl>
      )}
      {groups.map((one) => (
        <section key={one.name} className="shown-group" aria-label={one.title}>
          <h4>{one.title}</h4>
          {Array.isArray(one.value) ? <Several schema={one.schema} value={one.value} label={one.title} /> : <Members schema={one.schema} value={one.value as JsonObject} />}
        </section>
      ))}
    </>
  );
}

const isGroup = (value: Json) => isObject(value) || (Array.isArray(value) && value.some(isObject));
const isLong = (value: Json) => typeof value === "string" && value.length > 40;

/** A list of groups is a table: a column for whatever any of them has. */
function Several({ schema, value, label }: { schema: JsonObject; value: Json[]; label: string }) {
  const items = isObject(schema.items) ? schema.items : {};
  return (
    <ol className="shown-list" aria-label={label}>
      {value.map((one, place) => (
        <li key={place}>{isObject(one) ? <Members schema={items} value={one} /> : <Leaf schema={items} value={one} />}</li>
      ))}
    </ol>
  );
}

function Leaf({ schema, value }: { schema: JsonObject; value: Json }): ReactNode {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (typeof value === "boolean") return t(value ? "form.yes" : "form.no");
  if (value === null || value === undefined || value === "") return "—";
  const place = Array.isArray(value) && isObject(schema.items) ? schema.items : schema;
  const labels = drawing(schema as RJSFSchema, language)["ui:enumNames"] as string[] | undefined;
  const said = (one: Json) => labels?.[(Array.isArray(place.enum) ? place.enum : []).indexOf(one)] ?? String(one);
  return Array.isArray(value) ? value.map(said).join("、") : said(value);
}
