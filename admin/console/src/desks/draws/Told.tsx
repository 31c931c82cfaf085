// What is public of a draw now, in words: what was sealed and when, which value decides, how many were drawn of how many.
import { answered } from "@jisheng/api-client";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { text } from "../../forms/schema";
import { isObject, type Json, type JsonObject } from "../../json/pointer";
import { Asked } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { districtTime, drawn, type Step } from "./steps";

const ROSTERS = ["objects", "inspectors", "conflicts", "departures"];
const LONG = 30; // characters beyond which a value has a row of its own

export function Told({ series, number, step }: { series: string; number: number; step: Step }) {
  const { t } = useTranslation("desks");
  const committed = !["freezing", "frozen"].includes(step);
  const asked = useQuery({
    queryKey: ["draw", series, number, step],
    enabled: committed,
    queryFn: () => answered(api.GET("/v1/draws/{series_id}/{draw_number}", { params: { path: { series_id: series, draw_number: number as never } } })),
  });
  if (!committed) return <p className="quiet">{t("draws.before")}</p>;
  const draw = (asked.data ?? {}) as unknown as JsonObject;
  const [notice, result, gone, commitment] = ["notice", "result", "void", "commitment"].map((name) => objectAt(draw, name));
  return (
    <Asked asked={asked}>
      {notice && <Drawn notice={notice} titles={objectAt(draw, "strata") ?? {}} />}
      {Array.isArray(draw.values) && <Values values={draw.values} />}
      {gone && <p className="hint wrong">{t("draws.void", { reason: String(gone.reason) })}</p>}
      {result && <p>{t("draws.result", { n: Array.isArray(result.visits) ? result.visits.length : 0 })}</p>}
      {commitment && <Commitment said={commitment} />}
    </Asked>
  );
}

function objectAt(draw: JsonObject, name: string): JsonObject | undefined {
  const found = draw[name];
  return isObject(found) ? found : undefined;
}

function Drawn({ notice, titles }: { notice: JsonObject; titles: JsonObject }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const { of, quota, strata } = drawn(notice);
  return (
    <>
      <p><strong>{t("draws.drawn", { n: quota, of })}</strong></p>
      <ul className="shown-list">{strata.map((one) => <li key={one.id}>{t("draws.stratum", { ...one, id: text(titles[one.id], language) ?? one.id })}</li>)}</ul>
    </>
  );
}

/** What was fixed before the value could be known. */
function Commitment({ said }: { said: JsonObject }) {
  const { t } = useTranslation("desks");
  const rows: [string, string][] = [];
  for (const name of ["committed_at", "not_before"]) if (typeof said[name] === "number") rows.push([t(`draws.fields.${name}`), districtTime(said[name])]);
  for (const one of Array.isArray(said.beacons) ? said.beacons : []) if (isObject(one)) rows.push([t("draws.fields.beacon"), named(one, t)]);
  for (const name of ROSTERS) {
    const roster = said[name];
    if (!isObject(roster)) continue;
    rows.push([t("draws.fields.roster", { roster: t(`draws.rosters.${name}`) }), t("draws.fields.count", { n: Number(roster.count) })]);
    rows.push([t("draws.fields.root", { roster: t(`draws.rosters.${name}`) }), String(roster.root)]);
  }
  for (const name of ["plan", "previous"]) if (typeof said[name] === "string") rows.push([t(`draws.fields.${name}`), said[name]]);
  rows.sort((one, other) => Number(one[1].length > LONG) - Number(other[1].length > LONG)); // what is short stands side by side
  return (
    <details>
      <summary><strong>{t("draws.commitment")}</strong></summary>
      <dl className="shown">{rows.map(([name, value]) => <div key={name} className={value.length > LONG ? "long" : ""}><dt>{name}</dt><dd>{value.length > LONG ? <code>{value}</code> : value}</dd></div>)}</dl>
    </details>
  );
}

function named(beacon: JsonObject, t: (key: string, said?: Record<string, unknown>) => string): string {
  const kind = t(`draws.kinds.${String(beacon.kind)}`);
  const which = beacon.round !== undefined ? t("draws.round", { n: String(beacon.round) }) : typeof beacon.issue === "string" ? beacon.issue : "";
  return `${kind} ${which}`.trim();
}

function Values({ values }: { values: Json[] }) {
  const { t } = useTranslation("desks");
  return (
    <dl className="shown">
      {values.filter(isObject).map((value, place) => <div key={place} className="long"><dt>{t("draws.value")} · {named(value, t)}</dt><dd><code>{String(value.randomness ?? value.numbers ?? JSON.stringify(value.entries ?? value.nonces ?? value))}</code></dd></div>)}
    </dl>
  );
}
