// What the screens of definitions ask of the API: the only place of these screens that knows its routes.
import { answered, everything, type Schemas, whole } from "@jisheng/api-client";
import { useInfiniteQuery, useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../api/client";
import { type Choice, ORGANISATION } from "../forms/context";
import { localised } from "../forms/localised";
import { bundled, type Schema, text } from "../forms/schema";
import { isObject, type Json, type JsonObject } from "../json/pointer";
import { usePreferences } from "../shell/preferences";
import { i18n } from "../words";

export type Draft = Schemas["DefinitionDraft"];
export type DraftEntry = Schemas["DefinitionDraftEntry"];
export type Check = Schemas["Check"];
export interface Kind {
  kind: string;
  title: string;
  schema: Schema;
}
export interface Entry {
  id: string;
  title?: { zh: string; en: string };
}

const ALWAYS = { staleTime: 3_600_000 };
const path = (kind: string, id: string) => ({ params: { path: { kind, definition_id: id } } });
const draftPath = (draft: DraftEntry) => ({ params: { path: { kind: draft.kind, definition_id: draft.id, draft_id: draft.draft_id } } });

/** Every kind that exists, its schema ready for drawing in the present language. */
export function useKinds() {
  const { language } = usePreferences();
  const asked = useQuery({ queryKey: ["kinds"], queryFn: () => answered(api.GET("/v1/definitions")), ...ALWAYS });
  const kinds = useMemo(() => {
    const found = asked.data?.kinds ?? [];
    const documents = [...found.map((one) => one.schema), ...(asked.data?.shared ?? [])] as Schema[];
    return found.map((one): Kind => {
      const schema = one.schema as Schema;
      let drawn: Schema | undefined; // a kind's schema is made ready when its screen is opened
      return {
        kind: one.kind,
        title: text(schema["x-title"], language) ?? one.kind,
        get schema() {
          return (drawn ??= localised(bundled(schema, documents), language));
        },
      };
    });
  }, [asked.data, language]);
  return { ...asked, kinds };
}

export function useKind(kind: string): Kind | undefined {
  return useKinds().kinds.find((one) => one.kind === kind);
}

const SHARED = "https://schemas.jisheng/shared/";

/** The library of data elements: what forms refer to, by its identity. */
export function useShared(): Record<string, Json> {
  const asked = useKinds().data;
  return useMemo(() => {
    const found = ((asked?.shared ?? []) as Schema[]).map((one): [string, Json] => [String(one.$id), one]);
    return Object.fromEntries(found.filter(([id]) => id.startsWith(SHARED)));
  }, [asked]);
}

const listed = (kind: string) => ({
  queryKey: ["definitions", kind],
  queryFn: () =>
    everything(
      (after) => answered(api.GET("/v1/definitions/{kind}", { params: { path: { kind }, query: { after, limit: 100 } } })),
      (page) => page.definitions as Entry[],
    ),
});
export const useList = (kind: string) => useQuery({ ...listed(kind), enabled: kind !== "" });

const one = (kind: string, id: string) => ({
  queryKey: ["definition", kind, id],
  queryFn: () => answered(api.GET("/v1/definitions/{kind}/{definition_id}", path(kind, id))),
});
export const useDefinition = (kind: string, id: string) => useQuery({ ...one(kind, id), enabled: id !== "" });

/** As it is published; nothing while it is being read, or where none is named. */
export const useMaybe = (kind: string, id: string | undefined) => useDefinition(kind, id ?? "").data?.definition as JsonObject | undefined;

/** Several definitions of one kind, by id; those that are not there are left out. */
export function useDefinitions(kind: string, ids: readonly string[]): Record<string, JsonObject> {
  return useQueries({
    queries: ids.map((id) => one(kind, id)),
    combine: (asked) =>
      Object.fromEntries(asked.flatMap(({ data }, index) => (data ? [[String(ids[index]), data.definition as JsonObject]] : []))),
  });
}

/** What definitions are called, by `kind/id`; nothing while it is being read. */
export function useTitles(keys: readonly string[]): ReadonlyMap<string, string> {
  const { language } = usePreferences();
  const kinds = [...new Set(keys.map((key) => key.split("/")[0] ?? ""))].sort();
  return useQueries({
    queries: kinds.map(listed),
    combine: (asked) =>
      new Map(asked.flatMap(({ data }, index) => (data ?? []).map((entry) => [`${kinds[index]}/${entry.id}`, text(entry.title, language) ?? ""]))),
  });
}

/** Who names a definition, and the items that run on it; what is not released yet is used by nobody. */
export const useUses = (kind: string, id: string) =>
  useQuery({
    queryKey: ["uses", kind, id],
    enabled: id !== "",
    queryFn: () => answered(api.GET("/v1/definitions/{kind}/{definition_id}/uses", path(kind, id))),
  });

export const useVersions = (kind: string, id: string) =>
  useQuery({
    queryKey: ["versions", kind, id],
    queryFn: () =>
      everything(
        (after) =>
          answered(api.GET("/v1/definitions/{kind}/{definition_id}/versions", {
            params: { path: { kind, definition_id: id }, query: { after, limit: 100 } },
          })),
        (page) => page.versions,
      ),
  });

export const useVersion = (kind: string, id: string, hash: string | null | undefined) =>
  useQuery({
    queryKey: ["version", kind, id, hash],
    enabled: Boolean(hash),
    ...ALWAYS,
    queryFn: () =>
      answered(api.GET("/v1/definitions/{kind}/{definition_id}/versions/{version_hash}", {
        params: { path: { kind, definition_id: id, version_hash: String(hash) } },
      })),
  });

export const useDrafts = () =>
  useQuery({
    queryKey: ["drafts"],
    queryFn: () =>
      everything(
        (after) => answered(api.GET("/v1/drafts-of-definitions", { params: { query: { after, limit: 100 } } })),
        (page) => page.drafts,
      ),
  });

export const useReleases = () =>
  useInfiniteQuery({
    queryKey: ["releases"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => answered(api.GET("/v1/release-sets", { params: { query: { after: pageParam, limit: 50 } } })),
    getNextPageParam: (page) => page.after ?? undefined,
  });

export const useDraft = (kind: string, id: string, draft: string) =>
  useQuery({
    queryKey: ["draft", draft],
    staleTime: Number.POSITIVE_INFINITY, // what is being written is not read again behind the writer's back
    queryFn: () =>
      whole(api.GET("/v1/definitions/{kind}/{definition_id}/drafts/{draft_id}", {
        params: { path: { kind, definition_id: id, draft_id: draft } },
      })),
  });

export function useBegin() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, id, body }: { kind: string; id: string; body: JsonObject }) =>
      answered(api.POST("/v1/definitions/{kind}/{definition_id}/drafts", { ...path(kind, id), body: { body } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["drafts"] }),
  });
}

export function useSave(draft: Draft, etag: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ body, rebase }: { body: JsonObject; rebase?: boolean }) =>
      whole(api.PUT("/v1/definitions/{kind}/{definition_id}/drafts/{draft_id}", {
        params: { ...draftPath(draft).params, header: { "If-Match": etag } },
        body: rebase ? { body, rebase } : { body },
      })),
    onSuccess: (saved) => cache.setQueryData(["draft", draft.draft_id], saved),
  });
}

export function useDiscard(draft: Draft, etag: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answered(api.DELETE("/v1/definitions/{kind}/{definition_id}/drafts/{draft_id}", {
        params: { ...draftPath(draft).params, header: { "If-Match": etag } },
      })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["drafts"] }),
  });
}

/** Asks the gate about a draft and those that go with it, and waits for what it says. */
export function useCheck(draft: Draft) {
  return useMutation({
    mutationFn: async (together: readonly string[]): Promise<Check> => {
      const route = "/v1/definitions/{kind}/{definition_id}/drafts/{draft_id}/checks";
      return awaited(await answered(api.POST(route, { ...draftPath(draft), body: together.length ? { with: [...together] } : {} })));
    },
  });
}

/** A check that was asked for, once it is done. */
export async function awaited(check: Check): Promise<Check> {
  let now = check;
  for (let tries = 0; now.status === "running" && tries < 240; tries++) {
    await new Promise((done) => setTimeout(done, tries < 10 ? 300 : 1_000));
    now = await answered(api.GET("/v1/checks/{check_id}", { params: { path: { check_id: now.check_id } } }));
  }
  return now;
}

/** What a field may name: the definitions of a kind, and those that are only drafted yet, or the nodes of the organisation. */
export function useChoices(source: string): Choice[] {
  const { language } = usePreferences();
  const drafts = useDrafts().data;
  const definitions = useList(source === ORGANISATION ? "organisations" : source).data;
  const organisation = useMaybe("organisations", source === ORGANISATION ? definitions?.[0]?.id : undefined);
  return useMemo(() => {
    if (source !== ORGANISATION) {
      const known = (definitions ?? []).map((one) => ({ value: one.id, label: `${text(one.title, language) ?? ""} ${one.id}`.trim() }));
      const fresh = (drafts ?? []).filter((one) => one.kind === source && !one.base_hash).map((one) => one.id);
      return [...known, ...[...new Set(fresh)].map((id) => ({ value: id, label: `${id} · ${i18n.t("draft.title")}` }))];
    }
    const nodes = organisation?.nodes;
    return Object.entries(isObject(nodes) ? nodes : {}).map(([id, node]) => ({
      value: id,
      label: `${(isObject(node) && text(node.title, language)) || ""} ${id}`.trim(),
    }));
  }, [source, definitions, drafts, organisation, language]);
}
