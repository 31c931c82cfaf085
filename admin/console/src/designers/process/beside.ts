// What stands beside a process: fragments that it includes, an item that runs on it, triggers that follow from that, posts.
import { isObject, list, members, type Beside, type JsonObject, textOf } from "@jisheng/schema-kit";
import { useMemo } from "react";
import { useDefinitions, useList, useMaybe, useUses } from "../../definitions/data";
import { useSurroundings } from "../../forms/context";

export function useBeside(process: JsonObject, item?: JsonObject): Beside {
  const names = list(process.includes).filter(isObject).map((one) => String(one.fragment));
  const fragments = useDefinitions("fragments", [...new Set(names)].sort());
  const uses = useUses("items", typeof item?.id === "string" ? item.id : "").data;
  const ids = (uses?.named_by ?? []).filter((key) => key.startsWith("triggers/")).map((key) => key.slice("triggers/".length));
  const triggers = useDefinitions("triggers", ids);
  return useMemo(() => ({ fragments, ...(item ? { item } : {}), triggers: Object.values(triggers) }), [fragments, item, triggers]);
}

/** The posts of the district by their tokens (`post:window`), each as people call it. */
export function usePosts(): ReadonlyMap<string, string> {
  const { language } = useSurroundings();
  const organisation = useMaybe("organisations", useList("organisations").data?.[0]?.id);
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
