// The examples of an item: each is a story that is played before a release. No part of one is written as JSON.
import { drop, type JsonObject, list, members } from "@jisheng/schema-kit";
import { App, Badge, Button, Tag } from "antd";
import { useState } from "react";
import { useSurroundings } from "../../forms/context";
import type { Finding } from "../../forms/findings";
import { CopyOutlined, PlusOutlined } from "../../shell/icons";
import { EVERY } from "../../words/designers/every";
import { EXAMPLES } from "../../words/designers/examples";
import { Bench, Found, Moves } from "../parts";
import type { DesignerProps } from "../registry";
import { useWork } from "../session";
import { useWords } from "../words";
import { added, doubled, fresh, moved, PLACE } from "./edits";
import { ExampleCard } from "./ExampleCard";
import { type Stage, useStage } from "./stage";
import { beginning } from "./walk";
import "./examples.css";

export default function ExamplesDesigner({ value, readOnly, findings, onChange }: DesignerProps) {
  const w = useWords(EXAMPLES);
  const common = useWords(EVERY);
  const { modal } = App.useApp();
  const work = useWork(value, readOnly, onChange);
  const stage = useStage(work.document);
  const [open, setOpen] = useState<number | null>(null);
  const examples = list(work.document.examples).map(members);
  const add = () => {
    work.edit((now) => added(now, PLACE, fresh({ ...stage.item, examples: now.examples ?? [] }, w.fresh, beginning(stage.picture), today())));
    setOpen(examples.length);
  };
  const copy = (index: number) => {
    work.edit((now) => doubled(now, PLACE, index, w.copied));
    setOpen(index + 1);
  };
  const move = (from: number, to: number) => {
    work.edit((now) => moved(now, PLACE, from, to));
    setOpen(null);
  };
  const remove = (index: number, name: string) =>
    modal.confirm({
      title: w.removeAsk(name), okText: common.remove, cancelText: common.cancel, okButtonProps: { danger: true },
      onOk: () => { work.edit((now) => drop(now, `${PLACE}/${String(index)}`)); setOpen(null); },
    });
  return (
    <Bench work={work} tools={!readOnly && <Button type="primary" icon={<PlusOutlined />} onClick={add}>{w.add}</Button>}>
      <Found findings={findings} below={[PLACE]} />
      {!examples.length && <p className="quiet">{w.none}</p>}
      <ol className="materials">
        {examples.map((example, index) => {
          const name = String(example.name ?? "") || w.noNames;
          return (
            <li key={String(index)} className="pane">
              <div className="pane-head">
                <button type="button" className="material-open" aria-expanded={open === index} onClick={() => setOpen(open === index ? null : index)}>
                  <strong>{index + 1}. {name}</strong>
                  <Ends example={example} stage={stage} wrong={foundIn(findings, index)} />
                </button>
                {!readOnly && (
                  <span className="moves">
                    <Button type="text" icon={<CopyOutlined />} aria-label={`${w.copy} ${name}`} onClick={() => copy(index)} />
                    <Moves name={name} index={index} count={examples.length} move={(to) => move(index, to)} remove={() => remove(index, name)} />
                  </span>
                )}
              </div>
              {open === index && <ExampleCard example={example} place={`${PLACE}/${String(index)}`} stage={stage} readOnly={readOnly} edit={work.edit} />}
            </li>
          );
        })}
      </ol>
    </Bench>
  );
}

/** How many steps it takes and where they are to lead. */
function Ends({ example, stage, wrong }: { example: JsonObject; stage: Stage; wrong: number }) {
  const w = useWords(EXAMPLES);
  const { language } = useSurroundings();
  const { state, refused } = members(example.expect);
  const states = (Array.isArray(state) ? state : [state]).map(String);
  const named = (id: string) => stage.picture.states.find((one) => one.id === id)?.title?.[language] ?? id;
  return (
    <span className="row">
      <span className="quiet">{w.moves} {list(example.moves).length}</span>
      {states.map((one) => <Tag key={one} color="blue">{named(one)}</Tag>)}
      {typeof refused === "string" && <Tag color="red">{w.codes[refused] ?? refused}</Tag>}
      {wrong > 0 && <Badge count={wrong} />}
    </span>
  );
}

const foundIn = (findings: readonly Finding[], index: number) => findings.filter((one) => `${one.pointer}/`.startsWith(`${PLACE}/${String(index)}/`)).length;

/** The day as people here write it. */
function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((one) => String(one).padStart(2, "0")).join("-");
}
