// What stands beside a process: fragments that it includes, an item that runs on it, triggers that follow from that, posts.
import { isObject, list, members, type Beside, type JsonObject, textOf } from "@jisheng/schema-kit";
import { answered } from "@jisheng/api-client";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../api/client";
import { useList } from "../../definitions/data";
import { useSurroundings } from "../../forms/context";

const asked = (kind: string, id: string) => ({
  queryKey: ["definition", kind, id],
  queryFn: () => answered(api.GET("/v1/definitions/{kind}/{definition_id}", { params: { path: { kind, definition_id: id } } })),
});

export function useMaybe(kind: string, id: string | undefined): JsonObject | undefined {
  return useQuery({ ...asked(kind, id ?? ""), enabled: Boolean(id) }).data?.definition as JsonObject | undefined;
}

/** Who names a definition, and the items that run on it. */
export function useUsesOf(kind: string, id: string) {
  return useQuery({
    queryKey: ["uses", kind, id],
    enabled: id !== "",
    queryFn: () => answered(api.GET("/v1/definitions/{kind}/{definition_id}/uses", { params: { path: { kind, definition_id: id } } })),
    retry: false, // what is not released yet is used by nobody
  }).data;
}

function useDefinitions(kind: string, ids: readonly string[]): Record<string, JsonObject> {
  return useQueries({
    queries: ids.map((id) => asked(kind, id)),
    combine: (found) => Object.fromEntries(found.flatMap((one, index) => (one.data ? [[ids[index] ?? "", one.data.definition as JsonObject]] : []))),
  });
}

export function useBeside(process: JsonObject, item?: JsonObject): Beside {
  const names = list(process.includes).filter(isObject).map((one) => String(one.fragment));
  const fragments = useDefinitions("fragments", [...new Set(names)].sort());
  const uses = useUsesOf("items", typeof item?.id === "string" ? item.id : "");
  const ids = (uses?.named_by ?? []).filter((key) => key.startsWith("triggers/")).map((key) => key.slice("triggers/".length));
  const triggers = useDefinitions("triggers", ids);
  return useMemo(() => ({ fragments, ...(item ? { item } : {}), triggers: Object.values(triggers) }), [fragments, item, triggers]);
}

/** The posts of the district by their tokens (`post:window`), each as people call it. */
export function usePosts(): ReadonlyMap<string, string> {
  const { language } = useSurroundings();
  const first = useList("organisations").data?.[0]?.id ?? "";
  const organisation = useMaybe("organisations", first);
  return useMemo(() => {
    const found = new Map<string, string>();
    for (const node of Object.values(members(organisation?.nodes))) {
      for (const [id, post] of Object.entries(members(members(node).posts))) {
        const title = textOf(members(post).title);
        if (!found.has(`post:${id}`)) found.set(`post:${id}`, title?.[language] ?? id);
      }
    }
    return found;
  }, [organisation, language]);
}
