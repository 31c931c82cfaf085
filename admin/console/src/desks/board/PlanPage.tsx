// The plan's rows, and how each is served: by which definitions, and in which stories that was played through.
import { Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Asked, Heading } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import "../parts";

interface Row {
  id: string;
  title: { zh: string; en: string };
  priority: string;
  declared: string[];
  exercised: string[];
}
const SHOWN = 60;

/** Written when the console is built, from the plan and the pack. */
async function readPlan(): Promise<{ rows: Row[] }> {
  const answer = await fetch(`${import.meta.env.BASE_URL}plan.json`);
  if (!answer.ok) throw new Error(`plan.json: ${answer.status}`);
  return (await answer.json()) as { rows: Row[] };
}

export default function PlanPage() {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const [typed, setTyped] = useState("");
  const [priority, setPriority] = useState("");
  const [how, setHow] = useState("");
  const [most, setMost] = useState(SHOWN);
  const asked = useQuery({ queryKey: ["plan"], staleTime: Number.POSITIVE_INFINITY, queryFn: readPlan });
  const rows = useMemo(() => asked.data?.rows ?? [], [asked.data]);
  const found = useMemo(() => {
    const words = typed.trim().toLowerCase();
    const fits = (row: Row) => (!priority || row.priority === priority) && (!how || standing(row) === how) && (!words || `${row.id} ${row.title.zh} ${row.title.en} ${row.declared.join(" ")}`.toLowerCase().includes(words));
    return rows.filter(fits);
  }, [rows, typed, priority, how]);
  const number = (which: string) => rows.filter((row) => standing(row) === which).length;
  const options = (values: string[], label: (value: string) => string) => [{ value: "", label: t("plan.all") }, ...values.map((value) => ({ value, label: label(value) }))];
  return (
    <div className="desk">
      <Heading title={t("plan.title")} lead={t("plan.lead", { n: rows.length })} />
      <Asked asked={asked}>
        <div className="lights" role="group" aria-label={t("plan.how")}>
          {HOWS.map((one) => <button key={one} type="button" className={`tile ${COLOUR[one]}`} aria-pressed={how === one} onClick={() => setHow(how === one ? "" : one)}><span>{t(`plan.hows.${one}`)}</span> <strong>{number(one)}</strong></button>)}
        </div>
        <div className="filters even">
          <label>{t("plan.find")}<Input.Search aria-label={t("plan.find")} allowClear onChange={(event) => { setTyped(event.target.value); setMost(SHOWN); }} /></label>
          <label>{t("plan.priority")}<Select aria-label={t("plan.priority")} value={priority} options={options(["A", "B", "C"], (value) => value)} onChange={setPriority} /></label>
        </div>
        <p className="quiet" role="status">{t("plan.shown", { n: found.length, of: rows.length })}</p>
        <ul className="plan">{found.slice(0, most).map((row) => <li key={row.id}><PlanRow row={row} title={row.title[language]} /></li>)}</ul>
        {found.length > most && <button type="button" className="more" onClick={() => setMost(most + 100)}>{t("queue.more")}</button>}
      </Asked>
    </div>
  );
}

const HOWS = ["exercised", "declared", "none"] as const;
const COLOUR = { exercised: "green", declared: "yellow", none: "stopped" } as const;
const standing = (row: Row) => (row.exercised.length ? "exercised" : row.declared.length ? "declared" : "none");

function PlanRow({ row, title }: { row: Row; title: string }) {
  const { t } = useTranslation("desks");
  return (
    <>
      <div className="paper-head"><code>{row.id}</code><strong>{title}</strong><span className="state">{row.priority}</span></div>
      {row.declared.length === 0 && <p className="quiet">{t("plan.nobody")}</p>}
      {row.declared.length > 0 && <p className="serving-by">{row.declared.map((key) => <Link key={key} to={`/definitions/${key}`}>{key}</Link>)}</p>}
      {row.exercised.length > 0 && <p className="quiet">{t("plan.stories", { stories: row.exercised.join("、") })}</p>}
    </>
  );
}
