// The process as a picture with a list beside it: choose a state or a move on either, change it in the panel.
import { draw, isDrawable, type Mark, marked, type Picture } from "@jisheng/schema-kit";
import { Alert, Button, Checkbox, Select } from "antd";
import type { ReactFlowInstance } from "@xyflow/react";
import { type ComponentProps, useMemo, useRef, useState } from "react";
import { useCheckedDraft } from "../../definitions/at_work";
import { useChoices, useMaybe, useUses } from "../../definitions/data";
import { PlusOutlined } from "../../shell/icons";
import { filled, PROCESS } from "../../words/designers/process";
import { Bench } from "../parts";
import type { DesignerProps } from "../registry";
import { useWork } from "../session";
import { useWords } from "../words";
import { AddArrow, AddState } from "./Adding";
import { useBeside } from "./beside";
import { type Desk, useDesk } from "./desk";
import { type Chosen, Flow } from "./Flow";
import { MovePanel } from "./MovePanel";
import { Against } from "./naming";
import { Outline } from "./Outline";
import { Problems } from "./Problems";
import { StatePanel } from "./StatePanel";

export default function ProcessDesigner({ value, readOnly, findings, onChange }: DesignerProps) {
  const w = useWords(PROCESS);
  const work = useWork(value, readOnly, onChange);
  const drawable = useMemo(() => value.chart === undefined || isDrawable(value), [value]);
  const desk = useDesk(work, readOnly || !drawable);
  const { item, items, chosenItem, chooseItem, foreign } = useItem(String(value.id ?? ""));
  const beside = useBeside(desk.document, item);
  const picture = useMemo(() => draw(desk.document, beside), [desk.document, beside]);
  const marks = useMemo(() => marked(picture, [...findings, ...foreign] as never), [picture, findings, foreign]);
  const [exits, setExits] = useState(false);
  const titles = useChoices("items");
  const tools = (
    <>
      {!desk.readOnly && <Adding desk={desk} picture={picture} />}
      <span className="grow" />
      <Checkbox checked={exits} onChange={(event) => setExits(event.target.checked)}>{w.exits}</Checkbox>
      {items.length > 0 && (
        <Select<string>
          aria-label={w.asItem} className="as-item" value={chosenItem} onChange={chooseItem}
          options={[{ value: "", label: w.noItem }, ...items.map((one) => ({ value: one, label: titles.find((each) => each.value === one)?.label ?? one }))]}
        />
      )}
    </>
  );
  return (
    <Bench work={work} tools={tools}>
      {!drawable && <Alert type="warning" showIcon title={w.json} />}
      {picture.states.length === 0 ? <p className="quiet">{w.empty}</p> : <Drawn desk={desk} picture={picture} marks={marks} exits={exits} />}
    </Bench>
  );
}

/** The item with which a process is looked at: the one whose promise fails first, if one does. */
function useItem(process: string) {
  const [own, setOwn] = useState<string>();
  const items = useUses("processes", process).data?.items ?? [];
  const others = useCheckedDraft()?.check?.findings ?? [];
  const isOfItem = (one: (typeof others)[number]) => String(one.params?.definition ?? "").startsWith("items/");
  const first = String(others.find(isOfItem)?.params?.definition ?? "").replace("items/", "");
  const chosenItem = own ?? (first || (items[0] ?? ""));
  const item = useMaybe("items", chosenItem);
  const foreign = others.filter((one) => one.params?.definition === `items/${chosenItem}`);
  return { items, chosenItem, chooseItem: setOwn, item, foreign };
}

function Adding({ desk, picture }: { desk: Desk; picture: Picture }) {
  const w = useWords(PROCESS);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<PlusOutlined />} onClick={() => setOpen(true)}>{picture.states.length ? w.addState : w.begin}</Button>
      {open && <AddState desk={desk} picture={picture} close={() => setOpen(false)} />}
    </>
  );
}

interface DrawnProps {
  desk: Desk;
  picture: Picture;
  marks: readonly Mark[];
  exits: boolean;
}

function Drawn({ desk, picture, marks, exits }: DrawnProps) {
  const w = useWords(PROCESS);
  const [chosen, setChosen] = useState<Chosen>({});
  const [shown, setShown] = useState<string>();
  const drawn = marks.find((mark) => nameOf(mark) === shown) ?? (shown === undefined && !chosen.state && !chosen.arrow ? marks.find((mark) => mark.path.length > 0) : undefined);
  const choose = useMemo(
    () => (next: Chosen) => {
      setChosen(next);
      setShown((now) => (next.state || next.arrow ? "" : now));
    },
    [],
  );
  const label = `${w.picture}：${filled(w.states, { count: picture.states.length, arrows: picture.arrows.length })}`;
  return (
    <>
      <Problems picture={picture} marks={marks} drawn={drawn} show={(mark) => setShown(mark ? nameOf(mark) : "")} choose={setChosen} />
      <div className="process">
        <div className="process-picture">
          <Seen picture={picture} marks={marks} drawn={drawn} chosen={chosen} exits={exits} label={label} choose={choose} />
          <Legend />
        </div>
        <div className="process-side">
          <Outline picture={picture} marks={marks} chosen={chosen} choose={choose} />
          <Panel desk={desk} picture={picture} chosen={chosen} choose={choose} />
        </div>
      </div>
    </>
  );
}

const nameOf = (mark: Mark) => `${mark.finding.pointer} ${mark.finding.code}`;

/** The picture with its own tools: nearer, further, all of it. */
function Seen(props: ComponentProps<typeof Flow>) {
  const w = useWords(PROCESS);
  const flow = useRef<ReactFlowInstance<never, never>>(null);
  return (
    <>
      <Flow {...props} ready={(made) => { flow.current = made as never; }} />
      <div className="zoom">
        <Button size="small" onClick={() => void flow.current?.zoomIn()}>{w.closer}</Button>
        <Button size="small" onClick={() => void flow.current?.zoomOut()}>{w.further}</Button>
        <Button size="small" onClick={() => void flow.current?.fitView({ padding: 0.04 })}>{w.fit}</Button>
      </div>
    </>
  );
}

function Legend() {
  const w = useWords(PROCESS);
  return (
    <ul className="legend" aria-label={w.legend}>
      {(["move", "clock", "rule", "member", "outside"] as const).map((sort) => <li key={sort}><span className={`chip ${sort}`}>{w.sorts[sort]}</span></li>)}
      <li><span className="chip borrowed">{w.fragment}</span></li>
    </ul>
  );
}

function Panel({ desk, picture, chosen, choose }: { desk: Desk; picture: Picture; chosen: Chosen; choose: (chosen: Chosen) => void }) {
  const w = useWords(PROCESS);
  const [adding, setAdding] = useState(false);
  const state = picture.states.find((one) => one.id === chosen.state);
  const arrow = picture.arrows.find((one) => one.id === chosen.arrow);
  const close = (next?: Chosen) => {
    setAdding(false);
    if (next) choose(next);
  };
  return (
    <>
      {state && <StatePanel key={state.id} desk={desk} picture={picture} state={state} choose={choose} addArrow={() => setAdding(true)} />}
      {arrow && <MovePanel key={arrow.id} desk={desk} picture={picture} arrow={arrow} choose={choose} />}
      {!state && !arrow && <p className="pane quiet">{w.selectHint}</p>}
      {!state && !arrow && desk.refused && <Against refused={desk.refused} picture={picture} />}
      {adding && state && <AddArrow desk={desk} picture={picture} state={state} close={close} />}
    </>
  );
}
