// One example, opened: who applies, with what, the steps and what is expected, part by part; and it is played at once.
import { type Json, type JsonObject, list, members } from "@jisheng/schema-kit";
import { Tabs } from "antd";
import { useState } from "react";
import { EXAMPLES } from "../../words/designers/examples";
import { useWords } from "../words";
import { Application } from "./Application";
import { Basics } from "./Basics";
import { changed, entered, type Said } from "./edits";
import { Expected } from "./Expected";
import { Given } from "./Given";
import { Played } from "./Played";
import type { Stage } from "./stage";
import { Steps } from "./Steps";

/** An example and the only ways to change it, each one step of undo. */
export interface ExampleWork {
  example: JsonObject;
  /** Where it stands in the item. */
  place: string;
  stage: Stage;
  readOnly: boolean;
  edit: (change: (document: JsonObject) => Json) => void;
  set: (said: Said) => void;
  setAt: (below: string, said: Said) => void;
  /** One member of a map; `kept`: the map stays when it is empty. */
  entry: (below: string, map: string, name: string, value: Json | undefined, kept?: boolean) => void;
}

interface Props {
  example: JsonObject;
  place: string;
  stage: Stage;
  readOnly: boolean;
  edit: ExampleWork["edit"];
}

export function ExampleCard({ example, place, stage, readOnly, edit }: Props) {
  const w = useWords(EXAMPLES);
  const [tab, setTab] = useState("basics");
  const setAt = (below: string, said: Said) => edit((now) => changed(now, place + below, said));
  const work: ExampleWork = {
    example, place, stage, readOnly, edit, setAt,
    set: (said) => setAt("", said),
    entry: (below, map, name, value, kept) => edit((now) => entered(now, place + below, map, name, value, kept)),
  };
  const inside = (part: React.ReactNode) => <div className="stack">{part}</div>;
  const tabs = [
    { key: "basics", label: w.basics, children: inside(<Basics work={work} />) },
    { key: "form", label: w.form, children: inside(<Application work={work} />) },
    { key: "given", label: w.given, children: inside(<Given work={work} />) },
    { key: "moves", label: `${w.moves} ${String(list(example.moves).length)}`, children: inside(<Steps work={work} />) },
    { key: "expect", label: w.expect, children: inside(<Expected work={work} />) },
  ];
  return (
    <>
      <Tabs aria-label={w.sections} tabBarGutter={18} items={tabs} activeKey={tab} onChange={setTab} destroyOnHidden />
      {Object.keys(members(example.connectors)).length > 0 && <p className="quiet">{w.moreTold}</p>}
      <section className="stack played" aria-label={w.play}><Played work={work} /></section>
    </>
  );
}
