// A trial of what is written now: which row holds for assumed facts, and at which cell the others did not. Kept as a test.
import { answered } from "@jisheng/api-client";
import { type Decided, decided, type Json, list, members, readsOf, table } from "@jisheng/schema-kit";
import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useSurroundings } from "../../forms/context";
import type { JsonObject } from "../../json/pointer";
import { Sorry } from "../../shell/parts";
import { TABLE } from "../../words/designers/table";
import { Labelled } from "../parts";
import { useWords } from "../words";
import { columnType, titleOf, valuesOf } from "./cells";
import type { TableWork } from "./TableDesigner";

export function Trial({ work }: { work: TableWork }) {
  const w = useWords(TABLE);
  const { language } = useSurroundings();
  const { opened, rules, version } = work;
  const said = members(list(rules.versions)[version]);
  const [facts, setFacts] = useState<JsonObject>({});
  const [day, setDay] = useState(() => String(said.effective_from ?? ""));
  const [tried, setTried] = useState<Decided>();
  const give = (fact: string, value: Json | undefined) => {
    const { [fact]: _old, ...rest } = facts;
    setFacts(value === undefined || value === "" ? rest : { ...rest, [fact]: value });
    setTried(undefined);
  };
  return (
    <section className="pane" aria-label={w.trial}>
      <div><h3>{w.trial}</h3><p className="help">{w.trialHelp}</p></div>
      <div className="cols">
        {readsOf(opened).map((fact) => (
          <Labelled key={fact} label={titleOf(work.facts[fact], language) ?? fact}>
            {(id) => <Given id={id} work={work} fact={fact} value={facts[fact]} give={(value) => give(fact, value)} />}
          </Labelled>
        ))}
        <Labelled label={w.day}>{(id) => <Input id={id} type="date" value={day} onChange={(event) => setDay(event.target.value)} />}</Labelled>
      </div>
      <div className="row">
        <Button type="primary" onClick={() => setTried(decided(opened, facts, said.may_be_empty === true))}>{w.run}</Button>
        <Published id={String(rules.id)} outputs={opened.outputs} facts={facts} day={day} />
      </div>
      {tried && <Outcome work={work} tried={tried} />}
      {tried?.result && !work.readOnly && <Keep work={work} tried={tried} facts={facts} day={day} />}
    </section>
  );
}

function Given({ id, work, fact, value, give }: { id: string; work: TableWork; fact: string; value: Json | undefined; give: (value: Json | undefined) => void }) {
  const w = useWords(TABLE);
  const { language } = useSurroundings();
  const column = work.opened.inputs.find((one) => one.fact === fact);
  const type = column ? columnType(work.opened, column, work.facts) : String(work.facts[fact]?.type ?? "string");
  const label = titleOf(work.facts[fact], language) ?? fact;
  const values = valuesOf(work.facts[fact]).map(String);
  if (type === "boolean") return <Select id={id} aria-label={label} allowClear placeholder={w.unknown} style={{ width: "100%" }} value={typeof value === "boolean" ? String(value) : undefined} options={[{ value: "true", label: w.yes }, { value: "false", label: w.no }]} onChange={(said?: string) => give(said === undefined ? undefined : said === "true")} />;
  if (type === "integer" || type === "money") return <InputNumber id={id} placeholder={w.unknown} style={{ width: "100%" }} precision={0} value={typeof value === "number" ? value : null} onChange={(said) => give(said ?? undefined)} />;
  if (values.length) return <Select id={id} aria-label={label} allowClear placeholder={w.unknown} style={{ width: "100%" }} value={typeof value === "string" ? value : undefined} options={values.map((one) => ({ value: one, label: one }))} onChange={(said?: string) => give(said)} />;
  return <Input id={id} type={type === "date" ? "date" : "text"} placeholder={w.unknown} value={typeof value === "string" ? value : ""} onChange={(event) => give(event.target.value)} />;
}

function Outcome({ work, tried }: { work: TableWork; tried: Decided }) {
  const w = useWords(TABLE);
  const { language } = useSurroundings();
  const { inputs, outputs } = work.opened;
  const named = (fact: string) => titleOf(work.facts[fact], language) ?? fact;
  if (tried.unknown.length) return <Alert role="status" type="warning" showIcon title={w.undecided(tried.unknown.map(named).join("、"))} />;
  const lines = linesOf(tried.result, outputs);
  return (
    <>
      <Alert role="status" type={tried.result ? "success" : "warning"} showIcon title={tried.matched.length ? w.matched(tried.matched.join("、")) : w.gap} description={lines.length ? lines.map((line) => <div key={line}>{line}</div>) : undefined} />
      <h4>{w.trace}</h4>
      <ol className="trace">
        {tried.rows.map((row) => {
          const failed = inputs.filter((one) => row.cells[one.id] === false).map((one) => one.name);
          const reached = Object.values(row.cells).some((one) => one !== null);
          return <li key={row.id} className={row.holds ? "holds" : ""}><code>{row.id}</code> {row.holds ? w.holds : reached ? w.fails(failed.join("、")) : w.below}</li>;
        })}
      </ol>
    </>
  );
}

/** Each result as a line, by the names of the columns. */
function linesOf(result: JsonObject | null, outputs: readonly table.Column[]): string[] {
  const results = result && "collected" in result ? list(result.collected).map(members) : result ? [result] : [];
  const plain = (value: Json | undefined) => (typeof value === "string" ? value : JSON.stringify(value));
  return results.map((one) => outputs.map((output) => `${output.name}：${plain(one[output.field])}`).join("；"));
}

function Keep({ work, tried, facts, day }: { work: TableWork; tried: Decided; facts: JsonObject; day: string }) {
  const w = useWords(TABLE);
  const { message } = App.useApp();
  const [name, setName] = useState("");
  const keep = () => {
    const [only, ...more] = tried.matched;
    const row = only !== undefined && more.length === 0 ? only : tried.matched;
    const test = { name: name.trim() || tried.matched.join(" "), on: day, facts, expect: tried.result ?? {}, row };
    if (work.change((rules) => table.addTest(rules, test))) void message.success(w.kept);
    setName("");
  };
  return (
    <div className="row">
      <Input aria-label={w.testName} placeholder={w.testName} style={{ maxWidth: "18rem" }} value={name} onChange={(event) => setName(event.target.value)} />
      <Button onClick={keep}>{w.keepTest}</Button>
    </div>
  );
}

/** What the server decides by the version that is in force: nothing is stored there either. */
function Published({ id, outputs, facts, day }: { id: string; outputs: table.Column[]; facts: JsonObject; day: string }) {
  const w = useWords(TABLE);
  const asked = useMutation({
    mutationFn: () => answered(api.POST("/v1/rules/{rule_id}/trials", { params: { path: { rule_id: id } }, body: { facts: facts as Record<string, never>, on: day } })),
  });
  return (
    <>
      <Button loading={asked.isPending} onClick={() => asked.mutate()}>{w.published}</Button>
      {asked.error && <Sorry error={asked.error} />}
      {asked.data && <p role="status" className="wrapped">{w.publishedSaid}：{asked.data.result ? linesOf(asked.data.result as JsonObject, outputs).join("　") : w.undecided(asked.data.unknown.join("、"))}</p>}
    </>
  );
}
