// What the examples of an item are played on: the whole item, its process with every move, the facts that it reads.
import { draw, extended, isObject, type JsonObject, list, members, type Picture, textOf, type Text, whole } from "@jisheng/schema-kit";
import { useMemo } from "react";
import { useDefinitions, useMaybe, useShared } from "../../definitions/data";
import { useBeside, usePosts } from "../process/beside";

export interface Stage {
  /** The item with what it takes over from those that it extends. */
  item: JsonObject;
  process: JsonObject;
  /** The process as it is written, without its fragments. */
  written: JsonObject;
  picture: Picture;
  /** What anybody may do, those of special steps and extensions among it, in the order of the desk. */
  moves: ReadonlyMap<string, JsonObject>;
  internal: JsonObject;
  facts: Readonly<Record<string, JsonObject>>;
  posts: ReadonlyMap<string, string>;
  shared: Record<string, JsonObject>;
}

const NO_PROCESS: JsonObject = {};

export function useStage(document: JsonObject): Stage {
  const item = useWhole(document);
  const written = useMaybe("processes", typeof item.process === "string" ? item.process : undefined) ?? NO_PROCESS;
  const frame = useFrame(item);
  const beside = useBeside(written, frame);
  const { facts: named } = item;
  const facts = useDefinitions("facts", useMemo(() => list(named).map(String), [named]));
  const posts = usePosts();
  const shared = useShared() as Record<string, JsonObject>;
  const played = useMemo(() => {
    const process = whole(written, beside.fragments).process;
    return { process, picture: draw(written, beside), moves: movesOf(process, frame), internal: members(process.internal) };
  }, [written, beside, frame]);
  return useMemo(() => ({ item, written, ...played, facts, posts, shared }), [item, written, played, facts, posts, shared]);
}

/** What of an item its process is drawn with: the same object as long as that is the same, whatever its examples say. */
function useFrame({ id, clocks, holds, children, triggers }: JsonObject): JsonObject {
  return useMemo(() => {
    const said = Object.entries({ id, clocks, holds, children, triggers }).filter(([, one]) => one !== undefined);
    return Object.fromEntries(said) as JsonObject;
  }, [id, clocks, holds, children, triggers]);
}

/** An item over what it extends: at most two others, 基本目录 ← 实施清单 ← 业务办理项. */
function useWhole(item: JsonObject): JsonObject {
  const first = useMaybe("items", above(item));
  const second = useMaybe("items", above(first));
  return useMemo(() => extended(item, [first, second].filter(isObject)), [item, first, second]);
}

const above = (item: JsonObject | undefined) => (typeof item?.extends === "string" ? item.extends : undefined);

export function movesOf(process: JsonObject, item: JsonObject): ReadonlyMap<string, JsonObject> {
  const declared = Object.entries(members(process.moves)).map(([id, one]): [string, JsonObject] => [id, members(one)]);
  const order = (one: JsonObject) => (typeof one.order === "number" ? one.order : Number.MAX_SAFE_INTEGER);
  const sorted = declared.sort(([, one], [, other]) => order(one) - order(other));
  return new Map([...sorted, ...derived(item)].map(([id, one]) => [id, { ...one, ...asked(one) }]));
}

/** The moves that special steps and extensions bring, as the server's `domain/special_steps.py` names them. */
function derived(item: JsonObject): [string, JsonObject][] {
  const holds = list(item.holds).filter(isObject).flatMap((hold): [string, JsonObject][] => {
    const by = hold.by ?? ["post:handler"];
    return [
      [named("begin", hold), { title: titled("开始", "Begin", hold), by, reason: true }],
      [named("end", hold), { title: titled("结束", "End", hold), by }],
    ];
  });
  const longer = list(item.clocks).filter(isObject).filter((one) => isObject(one.extension)).map((one): [string, JsonObject] => [
    named("extend", one), { title: titled("延长", "Extend", one), by: members(one.extension).by ?? [], reason: true },
  ]);
  return [...holds, ...longer];
}

const named = (act: string, one: JsonObject) => `${act}_${String(one.id).replaceAll("-", "_")}`;

function titled(zh: string, en: string, one: JsonObject): JsonObject {
  const title: Text = textOf(one.title) ?? { zh: String(one.id), en: String(one.id) };
  return { zh: `${zh}${title.zh}`, en: `${en}: ${title.en}` };
}

const REASON: JsonObject = { type: "string", minLength: 1, maxLength: 2000, title: "Reason", "x-title": { zh: "理由", en: "Reason" }, "x-ui": { widget: "textarea", order: 1 } };

/** The schema of a move's input as the server asks for it: a demanded reason is a field of it. */
function asked(move: JsonObject): JsonObject {
  if (move.reason !== true) return {};
  const input = isObject(move.input) ? move.input : { type: "object", additionalProperties: false };
  return { input: { ...input, properties: { reason: REASON, ...members(input.properties) }, required: [...new Set(["reason", ...list(input.required)])] } };
}
