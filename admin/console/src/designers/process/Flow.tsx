// The process as a picture on @xyflow/react. It is an image to a screen reader: the outline beside it says all of it.
import { type Arrow, flowOf, type Mark, type Picture, type State, type Text } from "@jisheng/schema-kit";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, type Edge, Handle, type Node, type NodeProps, Position, ReactFlow, type ReactFlowInstance } from "@xyflow/react";
import { memo, useEffect, useMemo, useState } from "react";
import { useSurroundings } from "../../forms/context";
import { PROCESS } from "../../words/designers/process";
import { useWords } from "../words";
import { personOf } from "./people";
import { type Road, roadsOf } from "./roads";
import "@xyflow/react/dist/base.css";
import "./process.css";

/** What is chosen: a state or an arrow, by its id. */
export interface Chosen {
  state?: string;
  arrow?: string;
}

interface Props {
  picture: Picture;
  marks: readonly Mark[];
  /** The finding whose way is drawn. */
  drawn?: Mark | undefined;
  chosen: Chosen;
  exits: boolean;
  label: string;
  choose: (chosen: Chosen) => void;
  ready?: (flow: ReactFlowInstance<StateNode, RoadEdge>) => void;
}

type StateNode = Node<{ state: State; label: string; marks: Mark[]; chosen: boolean; faint: boolean; step: number }>;
interface RoadData extends Record<string, unknown> {
  road: Road;
  titles: Map<string, string>;
  lit: boolean;
  faint: boolean;
  way: boolean;
  wrong: boolean;
  chosen?: string | undefined;
  choose: (chosen: Chosen) => void;
}
type RoadEdge = Edge<RoadData, "road">;

const NODES = { state: memo(StateBox), region: memo(StateBox), final: memo(StateBox) };
const EDGES = { road: memo(RoadLine) };

export function Flow({ picture, marks, drawn, chosen, exits, label, choose, ready }: Props) {
  const { language } = useSurroundings();
  const { nodes, edges } = useMemo(() => built(picture, language, marks, drawn, chosen, exits, choose), [picture, language, marks, drawn, chosen, exits, choose]);
  const [flow, setFlow] = useState<ReactFlowInstance<StateNode, RoadEdge>>();
  const shape = picture.states.map((one) => `${one.id} ${String(one.x)} ${String(one.y)}`).join();
  useEffect(() => {
    if (flow) requestAnimationFrame(() => void flow.fitView({ padding: 0.04, maxZoom: 1 }));
  }, [flow, shape]);
  return (
    <div className="flow" role="img" aria-label={label} style={{ aspectRatio: shapeOf(picture) }}>
      <ReactFlow<StateNode, RoadEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODES}
        edgeTypes={EDGES}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        zoomOnDoubleClick={false}
        preventScrolling={false}
        disableKeyboardA11y
        minZoom={0.2}
        maxZoom={1.6}
        proOptions={{ hideAttribution: true }}
        onInit={(made) => {
          setFlow(made);
          ready?.(made);
        }}
        onNodeClick={(_, node) => choose({ state: node.id })}
        onPaneClick={() => choose({})}
      />
    </div>
  );
}

/** As high as the whole picture is when it fills the width. */
function shapeOf(picture: Picture): string {
  const roots = picture.states.filter((one) => one.parent === null);
  const width = Math.max(...roots.map((one) => one.x + one.width)) - Math.min(...roots.map((one) => one.x));
  const height = Math.max(...roots.map((one) => one.y + one.height)) - Math.min(...roots.map((one) => one.y));
  return `${String(Math.round(width) + 60)} / ${String(Math.round(height) + 60)}`;
}

function built(
  picture: Picture, language: keyof Text, marks: readonly Mark[], drawn: Mark | undefined, chosen: Chosen, exits: boolean, choose: Props["choose"],
): { nodes: StateNode[]; edges: RoadEdge[] } {
  const flow = flowOf(picture, language, marks);
  const titles = new Map(flow.edges.map((one) => [one.id, one.label]));
  const onWay = (id: string) => drawn?.path.includes(id) === true;
  const near = nearTo(picture, chosen);
  const nodes = flow.nodes.map((node): StateNode => ({
    ...node,
    ...(node.type === "group" ? { type: "region", zIndex: -2 } : {}),
    data: {
      ...node.data,
      chosen: chosen.state === node.id,
      step: drawn?.path.indexOf(node.id) ?? -1,
      faint: node.type !== "group" && (drawn?.path.length ? !onWay(node.id) : near !== undefined && !near.has(node.id)),
    },
  }));
  const edges = roadsOf(picture, (arrow) => titles.get(arrow.id) ?? "")
    .filter((road) => exits || !road.exit || touches(road, chosen) || road.arrows.some((one) => drawn?.way.includes(one.id)))
    .map((road): RoadEdge => {
      const way = road.arrows.some((one) => drawn?.way.includes(one.id));
      const lit = touches(road, chosen);
      const other = drawn?.path.length ? !way : near !== undefined && !lit;
      const wrong = marks.some((mark) => road.arrows.some((one) => mark.arrows.includes(one.id) && mark.path.length === 0));
      return {
        id: road.id, source: road.source, target: road.target, type: "road", zIndex: 0,
        data: { road, titles, lit, way, wrong, faint: other, chosen: chosen.arrow, choose },
      };
    });
  return { nodes, edges };
}

const touches = (road: Road, chosen: Chosen): boolean =>
  road.source === chosen.state || road.target === chosen.state || road.arrows.some((one) => one.id === chosen.arrow);

/** The states around what is chosen; nothing where nothing is. */
function nearTo(picture: Picture, chosen: Chosen): Set<string> | undefined {
  if (!chosen.state && !chosen.arrow) return undefined;
  const around = picture.arrows.filter((one) => one.id === chosen.arrow || one.source === chosen.state || one.target === chosen.state);
  return new Set([...around.flatMap((one) => [one.source, one.target]), ...(chosen.state ? [chosen.state] : [])]);
}

function StateBox({ data, type }: NodeProps<StateNode>) {
  const w = useWords(PROCESS);
  const { state, label, marks, chosen, faint, step } = data;
  const kind = [type, chosen && "chosen", faint && "faint", state.from && "borrowed", marks.length > 0 && "wrong", step >= 0 && "on-way"];
  return (
    <div className={`state-box ${kind.filter(Boolean).join(" ")}`}>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      {step >= 0 && <span className="way-step">{step + 1}</span>}
      <strong>{state.initial && type !== "region" && <span className="dot" />}{label}</strong>
      {type !== "region" && <span className="under">{state.waitsFor ? personOf(state.waitsFor, w) : state.final ? w.final : ""}</span>}
      <Facts state={state} marks={marks} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
}

function Facts({ state, marks }: { state: State; marks: Mark[] }) {
  const w = useWords(PROCESS);
  return (
    <span className="facts">
      {state.parallel && <span>{w.parallel}</span>}
      {state.from && <span>{w.fragment}</span>}
      {state.starts.length > 0 && <span>◷ {state.starts.length}</span>}
      {state.members.length > 0 && <span>⧉ {state.members.length}</span>}
      {marks.length > 0 && <span className="bad">! {marks.length}</span>}
    </span>
  );
}

function RoadLine({ data }: EdgeProps<RoadEdge>) {
  if (!data) return null;
  const { road, lit, way, wrong, faint } = data;
  const kind = ["road", lit && "lit", way && "way", wrong && "wrong", faint && "faint", road.exit && "exit"].filter(Boolean).join(" ");
  const tip = lit ? "lit" : way ? "way" : "plain";
  return (
    <>
      <svg aria-hidden="true" className="tips">
        <defs>
          <marker id={`tip-${tip}`} className={`tip ${tip}`} viewBox="0 0 10 10" refX="9" refY="5" markerUnits="userSpaceOnUse" markerWidth="10" markerHeight="10" orient="auto-start-reverse">
            <path d="M0,0 L10,5 L0,10 z" />
          </marker>
        </defs>
      </svg>
      <BaseEdge path={road.path} className={kind} markerEnd={`url(#tip-${tip})`} />
      {(!road.exit || lit || way) && <Words data={data} />}
    </>
  );
}

function Words({ data }: { data: RoadData }) {
  const { road, titles, faint, chosen, choose } = data;
  const place = `translate(-50%, -50%) translate(${String(road.label.x)}px, ${String(road.label.y)}px)`;
  return (
    <EdgeLabelRenderer>
      <div className={faint ? "road-words faint" : "road-words"} style={{ transform: place }}>
        {road.arrows.map((arrow: Arrow) => (
          <span
            key={arrow.id}
            className={`chip ${arrow.sort} ${arrow.id === chosen ? "chosen" : ""} ${arrow.from ? "borrowed" : ""}`}
            onClick={(event) => {
              event.stopPropagation();
              choose({ arrow: arrow.id });
            }}
          >
            {SIGNS[arrow.sort]}{titles.get(arrow.id)}{arrow.atMost ? ` ≤${String(arrow.atMost)}` : ""}
          </span>
        ))}
      </div>
    </EdgeLabelRenderer>
  );
}

const SIGNS: Record<Arrow["sort"], string> = { move: "", clock: "◷ ", member: "⧉ ", outside: "⇄ ", rule: "⚙ ", joined: "⋈ ", undeclared: "? " };
