// What the desks ask of the API about cases: the only place of these screens that knows those routes.
import { answered, everything, type Language, type Schemas, whole } from "@jisheng/api-client";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef } from "react";
import { api } from "../api/client";
import { useList } from "../definitions/data";
import { text } from "../forms/schema";
import type { Json, JsonObject } from "../json/pointer";
import { usePreferences } from "../shell/preferences";
import { Keys, surely } from "./once";

export type Case = Schemas["Case"];
export type Clock = Schemas["Clock"];
export type Move = Schemas["Move"];
export type CaseEvent = Schemas["Event"];
export type Paper = Schemas["Document"];
export type Item = Schemas["Item"];

const FOR_EVER = { staleTime: Number.POSITIVE_INFINITY };
const caseAt = (id: string) => ({ params: { path: { case_id: id } } });

export const useCase = (id: string) =>
  useQuery({ queryKey: ["case", id], queryFn: () => whole(api.GET("/v1/cases/{case_id}", caseAt(id))) });

/** The item as it was under the release that a case runs on; today's where none is named. */
export const useItem = (id: string | undefined, release?: string) =>
  useQuery({
    queryKey: ["item", id, release],
    enabled: Boolean(id),
    ...(release ? FOR_EVER : {}),
    queryFn: () => answered(api.GET("/v1/items/{item_id}", { params: { path: { item_id: String(id) }, query: { release } } })),
  });

export const useEvents = (id: string, seq: number) =>
  useQuery({
    queryKey: ["case-events", id, seq],
    queryFn: () =>
      everything(
        (after) => answered(api.GET("/v1/cases/{case_id}/events", {
          params: { path: { case_id: id }, query: { limit: 100, ...(after ? { after: Number(after) } : {}) } },
        })).then((page) => ({ ...page, after: page.after === null ? null : String(page.after) })),
        (page) => page.events,
      ),
  });

export const useClock = (id: string, clock: string | undefined, seq: number) =>
  useQuery({
    queryKey: ["case-clock", id, clock, seq],
    enabled: clock !== undefined,
    queryFn: () =>
      answered(api.GET("/v1/cases/{case_id}/clocks/{clock_id}", { params: { path: { case_id: id, clock_id: String(clock) } } })),
  });

export const usePapers = (id: string, seq: number) =>
  useQuery({ queryKey: ["case-papers", id, seq], queryFn: () => answered(api.GET("/v1/cases/{case_id}/documents", caseAt(id))) });

export const useLinks = (id: string, seq: number) =>
  useQuery({
    queryKey: ["case-links", id, seq],
    queryFn: () =>
      everything(
        (after) => answered(api.GET("/v1/cases/{case_id}/links", { params: { path: { case_id: id }, query: { after, limit: 100 } } })),
        (page) => page.links,
      ),
  });

/** A desk's queue, page after page, what is due first first. */
export const useQueue = (queue: string | undefined, post: string | undefined) =>
  useInfiniteQuery({
    queryKey: ["queue", queue, post],
    enabled: queue !== undefined,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answered(api.GET("/v1/queues/{queue_id}", { params: { path: { queue_id: String(queue) }, query: { post, after: pageParam, limit: 50 } } })),
    getNextPageParam: (page) => page.after ?? undefined,
  });

/** The acts on cases. Each is done once, however often it is asked for: a key stays with its content until it is done. */
export function useActs() {
  const cache = useQueryClient();
  const keys = useRef(new Keys());
  const seen = useCallback(
    (done: { body: Case; etag: string }) => {
      cache.setQueryData(["case", done.body.case_id], done);
      void cache.invalidateQueries({ queryKey: ["queue"] });
      return done.body;
    },
    [cache],
  );
  return useMemo(() => {
    const once = async <T>(content: unknown, send: (key: string) => Promise<T>) => {
      const key = keys.current.of(content);
      const done = await surely(() => send(key));
      keys.current.done(content);
      return done;
    };
    return {
      once,
      move: (id: string, etag: string | undefined, move: string, input: JsonObject) =>
        once([id, move, input], (key) =>
          whole(api.POST("/v1/cases/{case_id}/moves", {
            params: { path: { case_id: id }, header: { "Idempotency-Key": key, ...(etag ? { "If-Match": etag } : {}) } },
            body: { move, input },
          })),
        ).then(seen),
      claim: (id: string, to?: string) => surely(() => whole(api.PUT("/v1/cases/{case_id}/claim", { ...caseAt(id), body: to ? { to } : {} }))).then(seen),
      handBack: (id: string) => whole(api.DELETE("/v1/cases/{case_id}/claim", caseAt(id))).then(seen),
    };
  }, [seen]);
}

/** One act at a time: while it is under way another click does nothing. */
export function useAct<A extends unknown[], R>(act: (...given: A) => Promise<R>) {
  const busy = useRef(false);
  const asked = useMutation({ mutationFn: (given: A) => act(...given) });
  const { mutateAsync } = asked;
  const run = useCallback(
    async (...given: A): Promise<R | undefined> => {
      if (busy.current) return undefined;
      busy.current = true;
      try {
        return await mutateAsync(given);
      } catch {
        return undefined; // said on the page
      } finally {
        busy.current = false;
      }
    },
    [mutateAsync],
  );
  return { ...asked, run };
}

interface Node {
  title?: Json;
  posts?: Record<string, { title?: Json; holders?: { subject: string }[]; deputies?: { subject: string }[] }>;
}

/** Who works where, by the organisation in force: names of places, posts and the people at them. */
export function useOrganisation() {
  const { language } = usePreferences();
  const first = useList("organisations").data?.[0]?.id;
  const asked = useQuery({
    queryKey: ["definition", "organisations", first],
    enabled: first !== undefined,
    staleTime: 300_000,
    queryFn: () =>
      answered(api.GET("/v1/definitions/{kind}/{definition_id}", { params: { path: { kind: "organisations", definition_id: String(first) } } })),
  });
  const definition = asked.data?.definition as { nodes?: Nodes } | undefined;
  return useMemo(() => {
    const nodes = definition?.nodes ?? {};
    const nodeTitle = (node: string) => text(nodes[node]?.title, language) ?? node;
    return { nodeTitle, people: peopleOf(nodes, language) };
  }, [definition, language]);
}

type Nodes = Record<string, Node>;

/** Who holds, or deputises in, which post. */
function peopleOf(nodes: Nodes, language: Language): Map<string, { node: string; post: string; title: string }[]> {
  const people = new Map<string, { node: string; post: string; title: string }[]>();
  const held = Object.entries(nodes).flatMap(([node, { posts }]) =>
    Object.entries(posts ?? {}).flatMap(([post, one]) => subjectsOf(one).map((subject) => ({ subject, node, post, title: text(one.title, language) ?? post }))),
  );
  for (const { subject, ...place } of held) people.set(subject, [...(people.get(subject) ?? []), place]);
  return people;
}

type Post = NonNullable<Node["posts"]>[string];
const subjectsOf = ({ holders = [], deputies = [] }: Post) => [...holders, ...deputies].map(({ subject }) => subject);

/** What types of events are called. */
export function useEventTitles(): (type: string) => string {
  const { language } = usePreferences();
  const { data } = useQuery({ queryKey: ["event-types"], staleTime: 3_600_000, queryFn: () => answered(api.GET("/v1/event-types")) });
  return useMemo(() => {
    const titles = new Map(data?.types.map((one) => [one.type, text(one.title, language)]));
    return (type) => titles.get(type) ?? type;
  }, [data, language]);
}
