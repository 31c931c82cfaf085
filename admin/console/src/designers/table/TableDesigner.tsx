// A decision table as rows that an official reads and fills in; every cell is judged where it stands, and the whole tried.
import { at, drop, type Json, list, members, put, table } from "@jisheng/schema-kit";
import { Alert, App, Button, Input, Select, Switch } from "antd";
import { useState } from "react";
import { useDefinitions } from "../../definitions/data";
import { JsonText } from "../../forms/JsonText";
import { PlusOutlined } from "../../shell/icons";
import type { JsonObject } from "../../json/pointer";
import { TABLE } from "../../words/designers/table";
import { Bench, Found, Labelled, Texts, textsWith } from "../parts";
import type { DesignerProps } from "../registry";
import { useWork } from "../session";
import { useWords } from "../words";
import { AddColumn } from "./AddColumn";
import type { Facts } from "./cells";
import { Grid } from "./Grid";
import { Tests } from "./Tests";
import { Trial } from "./Trial";

/** What the parts of the designer share: the rules, the opened version, the only ways to change them. */
export interface TableWork {
  rules: JsonObject;
  version: number;
  opened: table.Table;
  facts: Facts;
  readOnly: boolean;
  change: (edit: (rules: JsonObject, opened: table.Table) => Json) => boolean;
}

export default function TableDesigner({ value, readOnly, findings, onChange }: DesignerProps) {
  const w = useWords(TABLE);
  const work = useWork(value, readOnly, onChange);
  const rules = work.document;
  const { message } = App.useApp();
  const versions = list(rules.versions);
  const [chosen, choose] = useState(Math.max(0, versions.length - 1));
  const version = Math.min(chosen, versions.length - 1);
  const [adding, setAdding] = useState<"inputs" | "outputs" | null>(null);
  const facts = useDefinitions("facts", list(rules.facts).map(String));
  const opened = version < 0 ? null : table.openTable(rules, version);
  const change: TableWork["change"] = (edit) => {
    try {
      if (opened) work.edit((document) => edit(document, opened));
      return opened !== null;
    } catch (error) {
      if (!(error instanceof table.CannotFill)) throw error;
      void message.error(w.cannot[error.code]);
      return false;
    }
  };
  if (version < 0) return <Button type="primary" disabled={readOnly} onClick={() => work.edit(firstVersion)}>{w.newVersion}</Button>;
  const parts: TableWork | null = opened && { rules, version, opened, facts, readOnly, change };
  const tools = (
    <>
      <Select aria-label={w.version} value={version} style={{ minWidth: "10rem" }} options={versions.map((one, index) => ({ value: index, label: w.from(String(members(one).effective_from)) }))} onChange={choose} />
      {!readOnly && <Button title={w.newVersionHelp} onClick={() => { work.edit(nextVersion); choose(versions.length); }}>{w.newVersion}</Button>}
      {parts && !readOnly && (
        <>
          <span className="grow" />
          <Button icon={<PlusOutlined />} onClick={() => setAdding("inputs")}>{w.addInput}</Button>
          <Button icon={<PlusOutlined />} onClick={() => setAdding("outputs")}>{w.addOutput}</Button>
          <Button type="primary" icon={<PlusOutlined />} onClick={() => change((document, now) => table.addRow(document, now, freeRow(now)))}>{w.addRow}</Button>
        </>
      )}
    </>
  );
  return (
    <Bench work={work} tools={tools}>
      <Found findings={findings} below={["/versions", "/tests", "/facts"]} />
      {parts ? (
        <>
          <Grid work={parts} />
          {table.untested(parts.opened).length > 0 && <Alert type="info" showIcon title={w.untested(table.untested(parts.opened).length)} />}
          <Trial key={version} work={parts} />
          <Tests work={parts} />
          {adding && <AddColumn work={parts} side={adding} close={() => setAdding(null)} />}
        </>
      ) : (
        <AsJson rules={rules} version={version} readOnly={readOnly} edit={work.edit} />
      )}
      <Terms rules={rules} version={version} readOnly={readOnly} edit={work.edit} />
    </Bench>
  );
}

type Edit = (change: (document: JsonObject) => Json) => void;

function AsJson({ rules, version, readOnly, edit }: { rules: JsonObject; version: number; readOnly: boolean; edit: Edit }) {
  const w = useWords(TABLE);
  const place = `/versions/${version}/table`;
  return (
    <>
      <Alert type="info" showIcon title={w.asJson} />
      <JsonText label={w.json} tall value={at(rules, place)} readOnly={readOnly} onChange={(said) => said !== undefined && edit((document) => put(document, place, said))} />
    </>
  );
}

/** From when the version holds, where it comes from, how rows count. */
function Terms({ rules, version, readOnly, edit }: { rules: JsonObject; version: number; readOnly: boolean; edit: Edit }) {
  const w = useWords(TABLE);
  const place = `/versions/${version}`;
  const said = members(at(rules, place));
  const keep = (keyword: string, made: Json | undefined) => edit((document) => (made === undefined ? drop(document, `${place}/${keyword}`) : put(document, `${place}/${keyword}`, made)));
  const opened = table.openTable(rules, version);
  return (
    <section className="pane" aria-label={w.version}>
      <div className="cols">
        <Labelled label={w.effective}>{(id) => <Input id={id} type="date" readOnly={readOnly} value={String(said.effective_from ?? "")} onChange={(event) => event.target.value && keep("effective_from", event.target.value)} />}</Labelled>
        {opened && (
          <Labelled label={w.hit}>
            {(id) => <Select id={id} aria-label={w.hit} style={{ width: "100%" }} disabled={readOnly} value={opened.hit} options={Object.entries(w.hits).map(([value, label]) => ({ value: value as table.Table["hit"], label }))} onChange={(hit) => edit((document) => table.setHit(document, opened, hit))} />}
          </Labelled>
        )}
      </div>
      <div className="row">
        <Switch disabled={readOnly} checked={said.ordered === true} aria-label={`${w.ordered}：${w.orderedHelp}`} onChange={(on) => keep("ordered", on ? true : undefined)} />
        <span aria-hidden="true">{w.ordered}<span className="quiet">（{w.orderedHelp}）</span></span>
      </div>
      {opened?.hit === "collect" && (
        <div className="row">
          <Switch disabled={readOnly} checked={said.may_be_empty === true} aria-label={w.mayBeEmpty} onChange={(on) => keep("may_be_empty", on ? true : undefined)} />
          <span aria-hidden="true">{w.mayBeEmpty}</span>
        </div>
      )}
      {typeof said.source === "string" ? (
        <Labelled label={w.source} help={w.sourceHelp}>{(id) => <Input id={id} readOnly={readOnly} value={String(said.source)} onChange={(event) => keep("source", event.target.value)} />}</Labelled>
      ) : (
        <Texts label={w.source} help={w.sourceHelp} rows={2} value={said.source} readOnly={readOnly} onChange={(language, text) => keep("source", textsWith(said.source, language, text) ?? { zh: "", en: "" })} />
      )}
    </section>
  );
}

export function freeRow(opened: table.Table): string {
  const taken = new Set(opened.rows.map((one) => one.id));
  for (let number = opened.rows.length + 1; ; number += 1) if (!taken.has(`row-${number}`)) return `row-${number}`;
}

/** The last version again, from today: a table is never changed under what it has decided. */
function nextVersion(rules: JsonObject): Json {
  const last = members(list(rules.versions).at(-1));
  return put(rules, "/versions/-", { ...structuredClone(last), effective_from: new Date().toISOString().slice(0, 10) });
}

function firstVersion(rules: JsonObject): Json {
  const content: JsonObject = { hitPolicy: "first", inputs: [], outputs: [], rules: [] };
  const nodes: Json[] = [
    { id: "input", type: "inputNode", name: "facts", position: { x: 0, y: 0 } },
    { id: "table", type: "decisionTableNode", name: "table", position: { x: 300, y: 0 }, content },
    { id: "output", type: "outputNode", name: "result", position: { x: 600, y: 0 } },
  ];
  const edges = [
    { id: "input-table", type: "edge", sourceId: "input", targetId: "table" },
    { id: "table-output", type: "edge", sourceId: "table", targetId: "output" },
  ];
  const made = {
    effective_from: new Date().toISOString().slice(0, 10), source: { zh: "样例默认值，规划未给出", en: "sample default, not from the plan" },
    table: { contentType: "application/vnd.gorules.decision", nodes, edges },
  };
  const empty = { tests: [], facts: [], result: { type: "object", additionalProperties: false, properties: {} } };
  return { ...empty, ...rules, versions: [made] };
}
