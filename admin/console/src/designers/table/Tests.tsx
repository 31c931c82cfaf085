// The tests that are kept with a table: what each assumes and expects, and whether what is written now still says so.
import { type Decided, decided, type Json, isObject, list, members, put, same, table } from "@jisheng/schema-kit";
import { Button, Tag } from "antd";
import { useSurroundings } from "../../forms/context";
import { DeleteOutlined } from "../../shell/icons";
import type { JsonObject } from "../../json/pointer";
import { TABLE } from "../../words/designers/table";
import { useWords } from "../words";
import { titleOf } from "./cells";
import type { TableWork } from "./TableDesigner";

export function Tests({ work }: { work: TableWork }) {
  const w = useWords(TABLE);
  const tests = list(work.rules.tests).map(members);
  if (!tests.length) return null;
  return (
    <section className="pane" aria-label={w.kept_}>
      <div><h3>{w.kept_}</h3><p className="help">{w.keptHelp}</p></div>
      <ul className="plain stack">
        {tests.map((test, index) => <Test key={`${String(index)} ${String(test.name)}`} work={work} test={test} place={`/tests/${String(index)}`} />)}
      </ul>
    </section>
  );
}

interface TestProps {
  work: TableWork;
  test: JsonObject;
  place: string;
}

function Test({ work, test, place }: TestProps) {
  const w = useWords(TABLE);
  const here = versionOn(work.rules, String(test.on)) === work.version;
  const tried = decided(work.opened, members(test.facts), members(list(work.rules.versions)[work.version]).may_be_empty === true);
  const verdict = !here ? "otherVersion" : agrees(test, tried) ? "agrees" : "differs";
  return (
    <li className="row">
      <Tag color={{ otherVersion: "default", agrees: "green", differs: "red" }[verdict]}>{w[verdict]}</Tag>
      <Said work={work} test={test} now={verdict === "differs" ? tried : undefined} />
      {!work.readOnly && verdict === "differs" && <Button size="small" aria-label={w.updateTest(String(test.name))} onClick={() => work.change((rules) => put(rules, place, updated(test, tried)))}>{w.update}</Button>}
      {!work.readOnly && <Button type="text" size="small" danger icon={<DeleteOutlined />} aria-label={w.removeTest(String(test.name))} onClick={() => work.change((rules) => table.removeTest(rules, place))} />}
    </li>
  );
}

/** What a test assumes and expects, and what comes of it now where that is something else. */
function Said({ work, test, now }: { work: TableWork; test: JsonObject; now: Decided | undefined }) {
  const w = useWords(TABLE);
  const { language } = useSurroundings();
  const named = (fact: string) => titleOf(work.facts[fact], language) ?? fact;
  const assumed = Object.entries(members(test.facts)).map(([fact, value]) => `${named(fact)}：${saidOf(value, w)}`).join("；");
  const missing = list(test.undecided).map((one) => named(String(one)));
  const expected = missing.length ? w.expectsPerson(missing.join("、")) : w.expects([test.row ?? []].flat().map(String).join("、"));
  const found = now && (now.unknown.length ? w.undecided(now.unknown.map(named).join("、")) : now.matched.length ? w.now(now.matched.join("、")) : w.gap);
  return <span className="wrapped"><strong>{String(test.name)}</strong> {assumed} <span className="quiet">{expected}{found && ` · ${found}`}</span></span>;
}

/** The version that is in force on a day: the last that has begun. */
export function versionOn(rules: JsonObject, day: string): number {
  const begun = list(rules.versions).map((one, index): [string, number] => [String(members(one).effective_from), index]).filter(([from]) => from <= day);
  return begun.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).at(-1)?.[1] ?? -1;
}

function agrees(test: JsonObject, tried: Decided): boolean {
  if (!same(sorted(list(test.undecided)), sorted(tried.unknown))) return false;
  return tried.unknown.length > 0 || ((test.row === undefined || same(sorted(tried.matched), sorted([test.row].flat()))) && same(tried.result ?? {}, test.expect ?? {}));
}

const sorted = (some: readonly Json[]): Json => some.map(String).sort();

/** The same assumptions with what the table says of them now. */
function updated(test: JsonObject, tried: Decided): Json {
  const { expect: _expect, row: _row, undecided: _undecided, ...rest } = test;
  if (tried.unknown.length) return { ...rest, undecided: tried.unknown };
  const [only, ...more] = tried.matched;
  return { ...rest, expect: tried.result ?? {}, row: only !== undefined && more.length === 0 ? only : tried.matched };
}

function saidOf(value: Json, w: (typeof TABLE)["zh"]): string {
  if (isObject(value) || value === null) return w.unknown;
  return typeof value === "boolean" ? (value ? w.yes : w.no) : String(value);
}
