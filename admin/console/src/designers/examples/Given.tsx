// What is there when the application is handed in: materials, facts that the item reads, what is left on accounts.
import { isObject, type Json, type JsonObject, list, members, textOf } from "@jisheng/schema-kit";
import { Button, Checkbox, Input, InputNumber, Select } from "antd";
import { useSurroundings } from "../../forms/context";
import { EVERY } from "../../words/designers/every";
import { EXAMPLES, type ExamplesWords } from "../../words/designers/examples";
import { Labelled } from "../parts";
import { useWords } from "../words";
import type { ExampleWork } from "./ExampleCard";

export function Given({ work }: { work: ExampleWork }) {
  return (
    <>
      <Materials work={work} />
      <Facts work={work} />
      <Accounts work={work} value={members(work.example.accounts)} place="" title="accounts" />
    </>
  );
}

function Materials({ work }: { work: ExampleWork }) {
  const w = useWords(EXAMPLES);
  const { language } = useSurroundings();
  const { example, stage, readOnly, set } = work;
  const given = list(example.materials).map(String);
  const declared = list(stage.item.materials).map(members).map((one) => ({ id: String(one.id), title: textOf(one.title)?.[language] ?? String(one.id) }));
  const strange = given.filter((id) => !declared.some((one) => one.id === id)).map((id) => ({ id, title: id }));
  const all = [...declared, ...strange];
  // In the order of the item, so that ticking one is that one alone.
  const tick = (id: string, on: boolean) => set({ materials: on ? [...given, id] : given.filter((one) => one !== id) });
  return (
    <fieldset className="stack plain-set">
      <legend>{w.materials}</legend>
      {!all.length && <p className="quiet">{w.noMaterials}</p>}
      {all.map((one) => <Checkbox key={one.id} disabled={readOnly} checked={given.includes(one.id)} onChange={(event) => tick(one.id, event.target.checked)}>{one.title}</Checkbox>)}
      {!readOnly && all.length > 1 && (
        <div className="row">
          <Button onClick={() => set({ materials: [...given, ...declared.map((one) => one.id).filter((id) => !given.includes(id))] })}>{w.allMaterials}</Button>
          <Button onClick={() => set({ materials: [] })}>{w.noneMaterials}</Button>
        </div>
      )}
    </fieldset>
  );
}

function Facts({ work }: { work: ExampleWork }) {
  const w = useWords(EXAMPLES);
  const { language } = useSurroundings();
  const { example, stage, entry } = work;
  const ids = [...new Set([...list(stage.item.facts).map(String), ...Object.keys(members(example.facts))])];
  return (
    <div className="stack" role="group" aria-label={w.facts}>
      <h4>{w.facts}</h4>
      <p className="help">{ids.length ? w.factsHelp : w.noFacts}</p>
      <div className="cols">
        {ids.map((id) => <Fact key={id} label={textOf(stage.facts[id]?.title)?.[language] ?? id} work={work} fact={stage.facts[id] ?? {}} value={members(example.facts)[id]} give={(value) => entry("", "facts", id, value, true)} />)}
      </div>
    </div>
  );
}

interface FactProps {
  label: string;
  work: ExampleWork;
  fact: JsonObject;
  value: Json | undefined;
  give: (value: Json | undefined) => void;
}

const UNKNOWN: JsonObject = { unknown: true };

/** Not stated, unknown, or a value: what is yes or no or one of a list is chosen at once, else written beside. */
function Fact({ label, work, fact, value, give }: FactProps) {
  const w = useWords(EXAMPLES);
  const common = useWords(EVERY);
  const choices = choicesOf(fact, value, common);
  const how = value === undefined ? "" : isObject(value) ? "unknown" : (choices.find((one) => one.is === value)?.value ?? "stated");
  const options = [{ value: "", label: w.unset }, ...choices.map((one) => ({ value: one.value, label: one.label })), ...(choices.length ? [] : [{ value: "stated", label: w.stated }]), { value: "unknown", label: w.unknown }];
  const choose = (said: string) => {
    if (said === "") give(undefined);
    else if (said === "unknown") give(UNKNOWN);
    else give(said === "stated" ? beginning(fact, work.example) : choices.find((one) => one.value === said)?.is);
  };
  return (
    <div className="fact">
      <Labelled label={label}>{(id) => <Select<string> id={id} aria-label={label} className="grown" disabled={work.readOnly} value={how} options={options} onChange={choose} />}</Labelled>
      {how === "stated" && <Stated label={`${label} ${w.stated}`} value={value} fact={fact} readOnly={work.readOnly} give={give} />}
    </div>
  );
}

function choicesOf(fact: JsonObject, value: Json | undefined, common: { yes: string; no: string }): { value: string; label: string; is: Json }[] {
  if (fact.type === "boolean" || typeof value === "boolean") return [{ value: "is:true", label: common.yes, is: true }, { value: "is:false", label: common.no, is: false }];
  return list(fact.values).map((one) => ({ value: `is:${String(one)}`, label: String(one), is: one }));
}

function beginning(fact: JsonObject, example: JsonObject): Json {
  if (fact.type === "integer" || fact.type === "money") return typeof fact.minimum === "number" ? fact.minimum : 0;
  return fact.type === "date" ? String(example.today).slice(0, 10) : "";
}

function Stated({ label, value, fact, readOnly, give }: { label: string; value: Json | undefined; fact: JsonObject; readOnly: boolean; give: (value: Json) => void }) {
  if (typeof value === "number") return <InputNumber aria-label={label} precision={0} readOnly={readOnly} value={value} onChange={(said) => said !== null && give(said)} />;
  return <Input aria-label={label} type={fact.type === "date" ? "date" : "text"} readOnly={readOnly} value={typeof value === "string" ? value : ""} onChange={(event) => give(event.target.value)} />;
}

/** Numbers by account: those that the item posts on, and those that the example names. `place`: the member of the example that has them. */
export function Accounts({ work, value, place, title }: { work: ExampleWork; value: JsonObject; place: string; title: "accounts" | "accountsLeft" }) {
  const w = useWords(EXAMPLES);
  const { useChoices } = useSurroundings();
  const known = useChoices("accounts");
  const ids = [...new Set([...accountsOf(work.stage.item), ...Object.keys(value)])];
  if (!ids.length) return null;
  return (
    <div className="stack" role="group" aria-label={w[title]}>
      <h4>{w[title]}</h4>
      <p className="help">{w[helpOf[title]]}</p>
      <div className="cols">
        {ids.map((id) => {
          const label = known.find((one) => one.value === id)?.label ?? id;
          return (
            <Labelled key={id} label={label}>
              {(field) => <InputNumber id={field} precision={0} style={{ width: "100%" }} readOnly={work.readOnly} value={typeof value[id] === "number" ? value[id] : null} onChange={(said) => work.entry(place, "accounts", id, said ?? undefined)} />}
            </Labelled>
          );
        })}
      </div>
    </div>
  );
}

const helpOf: Record<"accounts" | "accountsLeft", keyof ExamplesWords & ("accountsHelp" | "accountsLeftHelp")> = { accounts: "accountsHelp", accountsLeft: "accountsLeftHelp" };

function accountsOf(item: JsonObject): string[] {
  return list(item.posts).map(members).flatMap((one) => [one.account, members(one.counter).account]).filter((id) => typeof id === "string");
}
