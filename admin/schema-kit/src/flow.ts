/** A picture as @xyflow/react takes it: plain nodes and edges, parents before what is inside them. */

import type { Language, Text } from "./json.js";
import type { Mark } from "./marks.js";
import type { Arrow, Picture, State } from "./process.js";

export interface FlowNode {
  id: string;
  type: "state" | "group" | "final";
  parentId?: string;
  position: { x: number; y: number };
  width: number;
  height: number;
  draggable: boolean;
  deletable: boolean;
  /** What a screen reader says. */
  ariaLabel: string;
  data: { state: State; label: string; marks: Mark[] };
}

export interface FlowEdge {
  id: string;
  source: string;
  target: string;
  type: "step";
  label: string;
  animated: boolean;
  deletable: boolean;
  ariaLabel: string;
  data: { arrow: Arrow; marks: Mark[] };
}

export function flowOf(
  picture: Picture,
  language: Language,
  marks: readonly Mark[] = [],
): { nodes: FlowNode[]; edges: FlowEdge[] } {
  const titles = new Map(picture.states.map((one) => [one.id, said(one.title, one.id, language)]));
  const groups = new Set(picture.states.map((one) => one.parent));
  const nodes = picture.states.map(
    (state): FlowNode => ({
      id: state.id,
      type: groups.has(state.id) ? "group" : state.final ? "final" : "state",
      ...(state.parent === null ? {} : { parentId: state.parent }),
      position: { x: state.x, y: state.y },
      width: state.width,
      height: state.height,
      draggable: false, // the layout follows from the process: a position is not part of it
      deletable: state.from === null,
      ariaLabel: titles.get(state.id)!,
      data: {
        state,
        label: titles.get(state.id)!,
        marks: marks.filter((mark) => mark.states.includes(state.id)),
      },
    }),
  );
  const edges = picture.arrows.map((arrow): FlowEdge => {
    const label = said(arrow.title, arrow.event, language);
    const concerned = marks.filter((mark) => mark.arrows.includes(arrow.id));
    return {
      id: arrow.id,
      source: arrow.source,
      target: arrow.target,
      type: "step",
      label,
      animated: concerned.some((mark) => mark.path.length > 0),
      deletable: arrow.from === null,
      ariaLabel: `${titles.get(arrow.source) ?? arrow.source} → ${label} → ${titles.get(arrow.target) ?? arrow.target}`,
      data: { arrow, marks: concerned },
    };
  });
  return { nodes, edges };
}

function said(title: Text | null, name: string, language: Language): string {
  return title ? title[language] : name;
}
