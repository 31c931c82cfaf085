// What the screens of registers ask of the API.
import { answered, everything, type Schemas, whole } from "@jisheng/api-client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../api/client";
import { useDefinition, useKinds } from "../../definitions/data";
import { localised } from "../../forms/localised";
import { bundled, type Schema, text } from "../../forms/schema";
import { isObject, type Json, type JsonObject } from "../../json/pointer";
import { usePreferences } from "../../shell/preferences";

export type RecordOf = Schemas["Record"];

const at = (register: string, record: string) => ({ params: { path: { register_id: register, record_id: record } } });

export interface Register {
  id: string;
  title: string;
  about?: string;
  /** Ready for drawing in the present language. */
  schema: Schema;
  /** Whether records are changed by cases alone. */
  byCases: boolean;
  columns: { name: string; title: string }[];
}

/** A register as it is declared, with the columns that its list shows. */
export function useRegister(id: string) {
  const { language } = usePreferences();
  const asked = useDefinition("registers", id);
  const shared = useKinds().data?.shared;
  const register = useMemo((): Register | undefined => {
    const declared = asked.data?.definition as JsonObject | undefined;
    if (!declared) return undefined;
    const schema = localised(bundled(declared.schema as Schema, (shared ?? []) as Schema[]), language);
    const members = Object.entries(isObject(schema.properties) ? schema.properties : {});
    const rank = (one: Json) => (isObject(one) && isObject(one["x-ui"]) ? Number(one["x-ui"].order ?? 99) : 99);
    const plain = members.filter(([, one]) => isObject(one) && one.type !== "object" && !(one.type === "array"));
    const columns = plain.sort(([, a], [, b]) => rank(a) - rank(b)).slice(0, 5).map(([name, one]) => ({ name, title: isObject(one) ? String(one.title ?? name) : name }));
    const life = isObject(declared.life) ? declared.life : {};
    return { id, title: text(declared.title, language) ?? id, about: text(declared.description, language), schema, byCases: Boolean(life.changes_only_by), columns };
  }, [asked.data, shared, language, id]);
  return { ...asked, register };
}

export const useRecords = (register: string) =>
  useInfiniteQuery({
    queryKey: ["records", register],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => answered(api.GET("/v1/registers/{register_id}/records", { params: { path: { register_id: register }, query: { after: pageParam, limit: 100 } } })),
    getNextPageParam: (page) => page.after ?? undefined,
  });

export const useRecord = (register: string, record: string, asOf?: string) =>
  useQuery({
    queryKey: ["record", register, record, asOf],
    enabled: record !== "",
    retry: false,
    queryFn: () => whole(api.GET("/v1/registers/{register_id}/records/{record_id}", { params: { ...at(register, record).params, query: { as_of: asOf } } })),
  });

export const useHistory = (register: string, record: string) =>
  useQuery({ queryKey: ["record-versions", register, record], queryFn: () => answered(api.GET("/v1/registers/{register_id}/records/{record_id}/versions", at(register, record))) });

export const useRecordLinks = (register: string, record: string) =>
  useQuery({
    queryKey: ["record-links", register, record],
    queryFn: () => answered(api.GET("/v1/registers/{register_id}/records/{record_id}/links", { params: { ...at(register, record).params, query: { limit: 50 } } })),
  });

export const MOST = 10_000; // records that one export carries; more are for whoever runs the platform

/** Every record, page after page, at most `MOST`; `told` hears how many there are so far. */
export async function allRecords(register: string, told: (read: number) => void): Promise<RecordOf[]> {
  let read = 0;
  return everything(
    async (after) => {
      const page = await answered(api.GET("/v1/registers/{register_id}/records", { params: { path: { register_id: register }, query: { after, limit: 100 } } }));
      told((read += page.records.length));
      return read >= MOST ? { ...page, after: null } : page;
    },
    (page) => page.records,
  );
}

export const sendTable = (register: string, table: string) => answered(api.POST("/v1/registers/{register_id}/imports", { params: { path: { register_id: register } }, body: { table } }));
export const importAt = (register: string, id: string, after: number) =>
  answered(api.GET("/v1/registers/{register_id}/imports/{import_id}", { params: { path: { register_id: register, import_id: id }, query: { after } } }));
