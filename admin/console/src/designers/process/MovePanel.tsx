// One way from a state to another, and the move or event that takes it: who, what it emits, what is filled in.
import { type Arrow, type Json, list, members, type Picture, processEdits } from "@jisheng/schema-kit";
import { Checkbox, InputNumber, Select, Tag } from "antd";
import { useSurroundings } from "../../forms/context";
import { filled, PROCESS } from "../../words/designers/process";
import { Labelled, Texts, textsWith } from "../parts";
import { useWords } from "../words";
import type { Desk } from "./desk";
import type { Chosen } from "./Flow";
import { InputFields } from "./InputFields";
import { Line } from "./Line";
import { Removing, Renaming } from "./naming";
import { inOrder } from "./Outline";
import { Token } from "./Token";

interface Props {
  desk: Desk;
  picture: Picture;
  arrow: Arrow;
  choose: (chosen: Chosen) => void;
}

export function MovePanel({ desk, picture, arrow, choose }: Props) {
  const w = useWords(PROCESS);
  const { language } = useSurroundings();
  const fixed = desk.readOnly || arrow.place === null;
  const named = (id: string) => picture.states.find((one) => one.id === id)?.title?.[language] ?? id;
  const title = arrow.title?.[language] ?? arrow.event;
  const leave = () => choose({ state: arrow.source });
  return (
    <section className="pane" aria-label={title}>
      <div className="pane-head">
        <h3>{title}</h3>
        <Tag className={`chip ${arrow.sort}`}>{w.sorts[arrow.sort]}</Tag>
      </div>
      {arrow.from && <p className="help">{filled(w.from, { name: arrow.from })}：{w.fragmentHelp}</p>}
      <p>{named(arrow.source)} → {named(arrow.target)}</p>
      <Way desk={desk} picture={picture} arrow={arrow} fixed={fixed} />
      {!fixed && <Removing label={w.removeArrow} refused={undefined} picture={picture} remove={() => arrow.place && desk.edit((now) => processEdits.removeTransition(now, arrow.place ?? "")) && leave()} />}
      <Meaning arrow={arrow} />
      {arrow.from === null && arrow.sort !== "undeclared" && <Declared key={arrow.event} desk={desk} picture={picture} arrow={arrow} leave={leave} />}
    </section>
  );
}

/** Where it leads, and the state in which another branch must be. */
function Way({ desk, picture, arrow, fixed }: Omit<Props, "choose"> & { fixed: boolean }) {
  const w = useWords(PROCESS);
  const { language } = useSurroundings();
  const states = inOrder(picture.states, null).map(({ state, depth }) => ({ value: state.id, label: `${"　".repeat(depth)}${state.title?.[language] ?? state.id}` }));
  const place = arrow.place ?? "";
  const beside = picture.states.some((one) => one.parallel);
  return (
    <>
      <Labelled label={w.target}>
        {(id) => <Select<string> id={id} aria-label={w.target} className="grown" showSearch optionFilterProp="label" value={arrow.target} disabled={fixed} options={states} onChange={(to) => desk.edit((now) => processEdits.retarget(now, place, to))} />}
      </Labelled>
      {(beside || arrow.guard) && (
        <Labelled label={w.guard}>
          {(id) => <Select<string> id={id} aria-label={w.guard} className="grown" value={arrow.guard ?? ""} disabled={fixed} options={[{ value: "", label: w.noGuard }, ...states]} onChange={(to) => desk.edit((now) => processEdits.setGuard(now, place, to || null))} />}
        </Labelled>
      )}
    </>
  );
}

/** What follows from it: limits that begin, end or run out, triggers. */
function Meaning({ arrow }: { arrow: Arrow }) {
  const w = useWords(PROCESS);
  const clocks = [...arrow.starts.map((one) => `${one} ${w.starts}`), ...arrow.stops.map((one) => `${one} ${w.stops}`)];
  return (
    <>
      {arrow.expires.map((one) => <p key={one}>◷ {filled(w.dueHere, { name: one })}</p>)}
      {clocks.length > 0 && <p><strong>{w.clocksHere}</strong>：{clocks.join("、")}</p>}
      {arrow.triggers.length > 0 && <p><strong>{w.triggers}</strong>：{arrow.triggers.join("、")}</p>}
    </>
  );
}

function Declared({ desk, picture, arrow, leave }: { desk: Desk; picture: Picture; arrow: Arrow; leave: () => void }) {
  const w = useWords(PROCESS);
  const move = desk.move(arrow.event);
  const isMove = arrow.sort === "move";
  const set = (keyword: string, value: Json | undefined) => desk.edit((now) => processEdits.setMove(now, arrow.event, keyword, value));
  const parties = [...new Set(Object.values(members(desk.document.moves)).flatMap((one) => list(members(one).by).map(String)))];
  return (
    <div className="declared">
      <h4>{w.moveDetails.replace("{{name}}", arrow.event)}</h4>
      {picture.arrows.filter((one) => one.event === arrow.event).length > 1 && <p className="help">{w.moveOf}</p>}
      <Texts label={w.title} value={move.title} readOnly={desk.readOnly} onChange={(to, said) => set("title", textsWith(move.title, to, said))} />
      {isMove && <Labelled label={w.by}>{(id) => <Token id={id} label={w.by} value={arrow.by} known={parties} readOnly={desk.readOnly} onChange={(said) => set("by", said)} />}</Labelled>}
      <Labelled label={w.emits} help={w.emitsHelp}>{(id) => <Line id={id} value={arrow.emits ?? ""} readOnly={desk.readOnly} onChange={(said) => set("emits", said)} />}</Labelled>
      {isMove && <Limits desk={desk} picture={picture} arrow={arrow} set={set} />}
      <Labelled label={w.basis}>{(id) => <Line id={id} value={String(move.basis ?? "")} readOnly={desk.readOnly} onChange={(said) => set("basis", said || undefined)} />}</Labelled>
      {isMove && <InputFields desk={desk} event={arrow.event} />}
      {isMove && !desk.readOnly && (
        <>
          <div><Renaming id={arrow.event} rename={(to) => desk.edit((now) => processEdits.renameMove(now, arrow.event, to)) && leave()} /></div>
          <Removing label={w.removeMove} refused={desk.refused} picture={picture} remove={() => desk.edit((now) => processEdits.removeMove(now, arrow.event)) && leave()} />
        </>
      )}
    </div>
  );
}

/** A reason, how often, by another person, by several. */
function Limits({ desk, picture, arrow, set }: { desk: Desk; picture: Picture; arrow: Arrow; set: (keyword: string, value: Json | undefined) => unknown }) {
  const w = useWords(PROCESS);
  const { language } = useSurroundings();
  const move = desk.move(arrow.event);
  const others = [...new Map(picture.arrows.filter((one) => one.sort === "move" && one.event !== arrow.event).map((one) => [one.event, one.title?.[language] ?? one.event]))];
  const number = (keyword: string, label: string, max: number) => (
    <Labelled label={label}>
      {(id) => <InputNumber id={id} min={1} max={max} value={typeof move[keyword] === "number" ? move[keyword] : null} readOnly={desk.readOnly} onChange={(said) => set(keyword, said ?? undefined)} />}
    </Labelled>
  );
  return (
    <>
      <Checkbox checked={move.reason === true} disabled={desk.readOnly} onChange={(event) => set("reason", event.target.checked || undefined)}>{w.reason}</Checkbox>
      <div className="cols">{number("at_most", w.atMost, 100)}{number("signers", w.signers, 20)}</div>
      {typeof move.at_most === "number" && !move.basis && <Source desk={desk} arrow={arrow} set={set} />}
      <Labelled label={w.distinct}>
        {(id) => (
          <Select<string[]>
            id={id} aria-label={w.distinct} className="grown" mode="multiple" disabled={desk.readOnly} optionFilterProp="label"
            value={list(move.distinct_from).map(String)}
            options={others.map(([value, label]) => ({ value, label }))}
            onChange={(said) => set("distinct_from", said.length ? said : undefined)}
          />
        )}
      </Labelled>
    </>
  );
}

/** A number that no law gives says where it comes from. */
function Source({ desk, arrow, set }: { desk: Desk; arrow: Arrow; set: (keyword: string, value: Json | undefined) => unknown }) {
  const w = useWords(PROCESS);
  const move = desk.move(arrow.event);
  if (move.source === undefined && !desk.readOnly) {
    return <Checkbox checked={false} onChange={() => set("source", { zh: PROCESS.zh.sampleDefault, en: PROCESS.en.sampleDefault })}>{w.sourceOf}：{w.sampleDefault}</Checkbox>;
  }
  return <Texts label={w.sourceOf} value={move.source} readOnly={desk.readOnly} onChange={(to, said) => set("source", textsWith(move.source, to, said))} />;
}
