// A dry run: over assumed numbers, or over what the registers hold now. It commits to nothing and keeps nothing.
import { answered, everything } from "@jisheng/api-client";
import { list, members } from "@jisheng/schema-kit";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, InputNumber, Segmented } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { ORGANISATION, useSurroundings } from "../../forms/context";
import { text } from "../../forms/schema";
import type { JsonObject } from "../../json/pointer";
import { Sorry } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { DRAW } from "../../words/designers/draw";
import { Labelled } from "../parts";
import { useWords } from "../words";
import { departmentsOf, dryRun, madeUp, type Outcome, type Records, registersOf, type Rosters, rostersOf } from "./dry";

const ASSUMED = { objects: 50, people: 5 }; // sample default, not from the plan

export function DryRun({ draw }: { draw: JsonObject }) {
  const w = useWords(DRAW);
  const [source, setSource] = useState<"made-up" | "real">("made-up");
  const [counts, setCounts] = useState<Record<string, number>>({});
  const [people, setPeople] = useState<Record<string, number>>({});
  const values = Object.keys(members(members(draw.weights).of));
  const departments = departmentsOf(draw);
  const { useChoices } = useSurroundings();
  const nodes = useChoices(ORGANISATION);
  const titleOf = (one: string) => nodes.find((node) => node.value === one)?.label.replace(` ${one}`, "") ?? one;
  const assumed = (): Rosters =>
    madeUp(draw, Object.fromEntries(values.map((one) => [one, counts[one] ?? ASSUMED.objects])), Object.fromEntries(departments.map((one) => [one, people[one] ?? ASSUMED.people])));
  const asked = useMutation({ mutationFn: async () => dryRun(draw, source === "real" ? await held(draw) : assumed()) });
  return (
    <section className="pane" aria-label={w.dry}>
      <div><h3>{w.dry}</h3><p className="help">{w.dryHelp}</p></div>
      <Segmented<"made-up" | "real"> aria-label={w.from} value={source} onChange={setSource} options={[{ value: "made-up", label: w.madeUp }, { value: "real", label: w.real }]} />
      {source === "made-up" && (
        <div className="cols">
          {values.map((one) => <Labelled key={one} label={w.count(one)}>{(id) => <InputNumber id={id} min={0} max={20_000} precision={0} style={{ width: "100%" }} value={counts[one] ?? ASSUMED.objects} onChange={(made) => setCounts({ ...counts, [one]: made ?? 0 })} />}</Labelled>)}
          {departments.map((one) => <Labelled key={one} label={w.people(titleOf(one))}>{(id) => <InputNumber id={id} min={0} max={5_000} precision={0} style={{ width: "100%" }} value={people[one] ?? ASSUMED.people} onChange={(made) => setPeople({ ...people, [one]: made ?? 0 })} />}</Labelled>)}
        </div>
      )}
      <div><Button type="primary" loading={asked.isPending} onClick={() => asked.mutate()}>{w.run}</Button></div>
      {asked.error && <Sorry error={asked.error} />}
      {asked.data && <Shown outcome={asked.data} draw={draw} />}
    </section>
  );
}

/** Every record of the registers that the rosters are made of. */
async function held(draw: JsonObject): Promise<Rosters> {
  const records: Records = {};
  for (const register_id of registersOf(draw)) {
    const found = await everything(
      (after) => answered(api.GET("/v1/registers/{register_id}/records", { params: { path: { register_id }, query: { after, limit: 100 } } })),
      (page) => page.records,
    );
    records[register_id] = found.map((one) => ({ record_id: one.record_id, body: one.body as JsonObject }));
  }
  return rostersOf(draw, records, new Date().toISOString().slice(0, 10));
}

function Shown({ outcome, draw }: { outcome: Outcome; draw: JsonObject }) {
  const w = useWords(DRAW);
  const { language } = usePreferences();
  const called = (id: string) => text(list(draw.strata).map(members).find((one) => one.id === id)?.title, language) ?? id;
  if (!outcome.strata.some((one) => one.size)) return <Alert role="status" type="warning" showIcon title={w.none} />;
  return (
    <>
      <Alert role="status" type={outcome.filled ? "success" : "error"} showIcon title={`${w.visits(outcome.visits)}。${outcome.filled ? `${w.filled}；${w.load(outcome.most, outcome.mean.toFixed(1))}` : w.short}`} />
      <div className="grid-of-rules" tabIndex={0} role="region" aria-label={w.result}>
        <table>
          <thead><tr><th scope="col">{w.layer}</th><th scope="col">{w.size}</th><th scope="col">{w.quota}</th><th scope="col">{w.drawn}</th></tr></thead>
          <tbody>{outcome.strata.map((one) => <tr key={one.id}><th scope="row">{called(one.id)}</th><td data-label={w.size}>{one.size}</td><td data-label={w.quota}>{one.quota}</td><td data-label={w.drawn}>{one.drawn}</td></tr>)}</tbody>
        </table>
      </div>
      <h4>{w.byValue}</h4>
      <ul>{outcome.values.map((one) => <li key={one.value}>{one.value}：{one.drawn} / {one.size}</li>)}</ul>
      <p className="quiet">{w.seed} <code>{outcome.seed}…</code></p>
    </>
  );
}
