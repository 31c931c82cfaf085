// The process as a list: all that the picture shows, for the keyboard and for screen readers.
import type { Arrow, Mark, Picture, State } from "@jisheng/schema-kit";
import { Badge, Tag } from "antd";
import { useSurroundings } from "../../forms/context";
import { filled, PROCESS } from "../../words/designers/process";
import { useWords } from "../words";
import type { Chosen } from "./Flow";

interface Props {
  picture: Picture;
  marks: readonly Mark[];
  chosen: Chosen;
  choose: (chosen: Chosen) => void;
}

export function Outline({ picture, marks, chosen, choose }: Props) {
  const w = useWords(PROCESS);
  const open = chosen.state ?? picture.arrows.find((one) => one.id === chosen.arrow)?.source;
  return (
    <nav className="outline" aria-label={w.outline}>
      <ul>
        {inOrder(picture.states, null).map(({ state, depth }) => (
          <li key={state.id} style={{ paddingLeft: `${String(depth * 0.9)}rem` }}>
            <Entry state={state} marks={marks} chosen={chosen.state === state.id} open={open === state.id} choose={choose} />
            {open === state.id && <Leaving picture={picture} state={state} marks={marks} chosen={chosen} choose={choose} />}
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Entry({ state, marks, chosen, open, choose }: { state: State; marks: readonly Mark[]; chosen: boolean; open: boolean; choose: Props["choose"] }) {
  const w = useWords(PROCESS);
  const { language } = useSurroundings();
  const found = marks.filter((mark) => mark.states.includes(state.id)).length;
  return (
    <button type="button" aria-current={chosen ? "true" : undefined} aria-expanded={open} onClick={() => choose({ state: state.id })}>
      <span>{state.title?.[language] ?? state.id}</span>
      {state.initial && <Tag color="blue">{w.initial}</Tag>}
      {state.final && <Tag>{w.final}</Tag>}
      {state.parallel && <Tag color="purple">{w.parallel}</Tag>}
      {state.from && <span className="chip borrowed">{w.fragment}</span>}
      {found > 0 && <Badge count={found} title={filled(w.here, { count: found })} />}
    </button>
  );
}

function Leaving({ picture, state, marks, chosen, choose }: Props & { state: State }) {
  const w = useWords(PROCESS);
  const arrows = picture.arrows.filter((one) => one.source === state.id);
  if (!arrows.length) return null;
  return (
    <ul aria-label={w.leaving}>
      {arrows.map((one) => {
        const found = marks.filter((mark) => mark.arrows.includes(one.id)).length;
        return (
          <li key={one.id}>
            <button type="button" aria-current={chosen.arrow === one.id ? "true" : undefined} onClick={() => choose({ arrow: one.id })}>
              <ArrowName arrow={one} picture={picture} />
              {found > 0 && <Badge count={found} title={filled(w.here, { count: found })} />}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** "受理 → 审查" */
export function ArrowName({ arrow, picture, whole = false }: { arrow: Arrow; picture: Picture; whole?: boolean }) {
  const { language } = useSurroundings();
  const named = (id: string) => picture.states.find((one) => one.id === id)?.title?.[language] ?? id;
  return <span>{whole && `${named(arrow.source)} — `}{arrow.title?.[language] ?? arrow.event} → {named(arrow.target)}</span>;
}

export function inOrder(states: readonly State[], parent: string | null, depth = 0): { state: State; depth: number }[] {
  const here = states.filter((one) => one.parent === parent).toSorted((one, other) => Number(other.initial) - Number(one.initial) || one.order - other.order);
  return here.flatMap((state) => [{ state, depth }, ...inOrder(states, state.id, depth + 1)]);
}
