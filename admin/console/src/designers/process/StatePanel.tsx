// One state of a process: what people call it, whom it waits for, what begins and ends there, where one goes from it.
import { type Picture, processEdits, type State } from "@jisheng/schema-kit";
import { Button, InputNumber, Tag } from "antd";
import { useSurroundings } from "../../forms/context";
import { filled, PROCESS } from "../../words/designers/process";
import { Labelled, Texts, textsWith } from "../parts";
import { useWords } from "../words";
import { ArrowName } from "./Outline";
import { Token } from "./Token";
import { Renaming, Removing } from "./naming";
import type { Chosen } from "./Flow";
import type { Desk } from "./desk";

interface Props {
  desk: Desk;
  picture: Picture;
  state: State;
  choose: (chosen: Chosen) => void;
  addArrow: () => void;
}

export function StatePanel({ desk, picture, state, choose, addArrow }: Props) {
  const w = useWords(PROCESS);
  const { language } = useSurroundings();
  const fixed = desk.readOnly || state.from !== null;
  return (
    <section className="pane" aria-label={state.title?.[language] ?? state.id}>
      <div className="pane-head">
        <h3>{state.title?.[language] ?? state.id}</h3>
        <span>
          {state.initial && <Tag color="blue">{w.initial}</Tag>}
          {state.final && <Tag>{w.final}</Tag>}
        </span>
      </div>
      {state.from && <p className="help">{filled(w.from, { name: state.from })}：{w.fragmentHelp}</p>}
      <Said desk={desk} state={state} fixed={fixed} />
      {!fixed && <Place desk={desk} picture={picture} state={state} choose={choose} />}
      <Ways picture={picture} state={state} choose={choose} />
      {!fixed && !state.final && <Button onClick={addArrow}>{w.addArrow}</Button>}
      <Around state={state} />
      {!fixed && (
        <Removing label={w.removeState} refused={desk.refused} picture={picture} remove={() => desk.edit((now) => processEdits.removeState(now, state.id)) && choose({})} />
      )}
    </section>
  );
}

/** What the state is to people. */
function Said({ desk, state, fixed }: { desk: Desk; state: State; fixed: boolean }) {
  const w = useWords(PROCESS);
  const stage = desk.stage(state.id);
  const set = (keyword: string, value: Parameters<typeof processEdits.setStage>[3]) => desk.edit((now) => processEdits.setStage(now, state.id, keyword, value));
  return (
    <>
      <Texts label={w.title} value={stage.title ?? (state.title as never)} readOnly={fixed} onChange={(to, said) => set("title", textsWith(stage.title, to, said))} />
      {!state.final && (
        <Labelled label={w.waits}>
          {(id) => <Token id={id} label={w.waits} value={state.waitsFor ? [state.waitsFor] : []} single waits readOnly={fixed} onChange={([one]) => set("waits_for", one)} />}
        </Labelled>
      )}
      <Labelled label={w.order}>
        {(id) => <InputNumber id={id} min={0} value={typeof stage.order === "number" ? stage.order : null} readOnly={fixed} onChange={(said) => set("order", said ?? undefined)} />}
      </Labelled>
    </>
  );
}

/** Where its level begins, and its id. */
function Place({ desk, picture, state, choose }: Omit<Props, "addArrow">) {
  const w = useWords(PROCESS);
  const hasSiblings = picture.states.some((one) => one.parent === state.parent && one.id !== state.id);
  const canBegin = hasSiblings && !state.initial && !state.final;
  return (
    <div className="row">
      {canBegin && <Button onClick={() => desk.edit((now) => processEdits.setInitial(now, state.id))}>{w.makeInitial}</Button>}
      <Renaming id={state.id} rename={(to) => desk.edit((now) => processEdits.renameState(now, state.id, to)) && choose({ state: to })} />
    </div>
  );
}

function Ways({ picture, state, choose }: Pick<Props, "picture" | "state" | "choose">) {
  const w = useWords(PROCESS);
  const leaving = picture.arrows.filter((one) => one.source === state.id);
  const arriving = picture.arrows.filter((one) => one.target === state.id && one.source !== state.id);
  return (
    <>
      {!state.final && <h4>{w.leaving}</h4>}
      {!state.final && !leaving.length && !picture.states.some((one) => one.parent === state.id) && <p className="help">{w.remaining}</p>}
      <ul className="way-list">
        {leaving.map((one) => <li key={one.id}><button type="button" onClick={() => choose({ arrow: one.id })}><ArrowName arrow={one} picture={picture} /></button></li>)}
      </ul>
      {arriving.length > 0 && <h4>{w.arriving}</h4>}
      <ul className="way-list">
        {arriving.map((one) => <li key={one.id}><button type="button" onClick={() => choose({ arrow: one.id })}><ArrowName arrow={one} picture={picture} whole /></button></li>)}
      </ul>
    </>
  );
}

/** What an item adds to the state: limits, members; and what can be done without leaving it. */
function Around({ state }: { state: State }) {
  const w = useWords(PROCESS);
  const { language } = useSurroundings();
  return (
    <>
      {state.stays.length > 0 && <p><strong>{w.stays}</strong>：{state.stays.join("、")}</p>}
      {state.starts.length + state.stops.length > 0 && (
        <p><strong>{w.clocksHere}</strong>：{[...state.starts.map((one) => `${one} ${w.starts}`), ...state.stops.map((one) => `${one} ${w.stops}`)].join("、")}</p>
      )}
      {state.members.length > 0 && <p><strong>{w.members}</strong>：{state.members.map((one) => one.title?.[language] ?? one.id).join("、")}</p>}
    </>
  );
}
