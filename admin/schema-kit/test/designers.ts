/**
 * What the designers' models say of the pack, for the server to compare: `node dist/test/designers.js <file>` reads
 * definitions, fragments, cells and findings of the gate, and prints what the browser makes of each, as JSON.
 */

import { readFileSync } from "node:fs";
import { readCell } from "../src/cells.js";
import { difference } from "../src/difference.js";
import { extended, whole } from "../src/including.js";
import { canonical, list, members, type Json, type JsonObject } from "../src/json.js";
import { marked, type GateFinding } from "../src/marks.js";
import { draw } from "../src/process.js";
import { write } from "../src/template.js";

interface Asked {
  definitions: Record<string, Json>;
  fragments: Record<string, JsonObject>;
  cells: string[];
  pairs: [before: Json, after: Json][];
  templates: [definition: JsonObject, view: JsonObject][];
  promises: { process: JsonObject; item: JsonObject; findings: GateFinding[] }[];
}

const asked = JSON.parse(readFileSync(process.argv[2] ?? "", "utf-8")) as Asked;

const above = (item: JsonObject): JsonObject[] => {
  const one = asked.definitions[`items/${String(item["extends"])}`];
  return one === undefined ? [] : [one as JsonObject, ...above(one as JsonObject)];
};

const templates = asked.templates.map(([definition, view]) => {
  const said = members(definition["template"]);
  const optional = list(definition["optional"]).map(String);
  const zh = write(String(said["zh"]), view, "zh", optional);
  const en = write(String(said["en"]), view, "en", optional);
  return { text: { zh: zh.text, en: en.text }, missing: [...zh.missing, ...en.missing] };
});

const promises = asked.promises.map(({ process: one, item, findings }) => {
  const picture = draw(one, { fragments: asked.fragments, item });
  const parents = new Map(picture.states.map((state) => [state.id, state.parent]));
  const around = (id: string | null): string[] =>
    id === null ? [] : [id, ...around(parents.get(id) ?? null)];
  const arrows = new Map(picture.arrows.map((arrow) => [arrow.id, arrow]));
  return marked(picture, findings).map((mark) => ({
    path: mark.path.map((id) => around(id)),
    way: mark.way.map((id) => arrows.get(id) ?? null),
  }));
});

console.log(
  JSON.stringify({
    canonical: Object.fromEntries(
      Object.entries(asked.definitions).map(([key, one]) => [key, canonical(one)]),
    ),
    whole: Object.fromEntries(
      Object.entries(asked.definitions)
        .filter(([key]) => key.startsWith("processes/"))
        .map(([key, one]) => [key, whole(one as JsonObject, asked.fragments).process]),
    ),
    extended: Object.fromEntries(
      Object.entries(asked.definitions)
        .filter(([key, one]) => key.startsWith("items/") && members(one)["extends"] !== undefined)
        .map(([key, one]) => [key, extended(one as JsonObject, above(one as JsonObject))]),
    ),
    cells: asked.cells.map((cell) => readCell(cell) !== null),
    differences: asked.pairs.map(([before, after]) => difference(before, after)),
    promises,
    templates,
  }),
);
