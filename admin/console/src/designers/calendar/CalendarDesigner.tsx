// The working calendar out of the State Council's notice: pasted, read, compared by a person, and only then taken over.
import { list, makeupDays, members, type Notice, put, readHolidayNotice, restDays } from "@jisheng/schema-kit";
import { Alert, App, Button, Input } from "antd";
import { useMemo, useState } from "react";
import type { JsonObject } from "../../json/pointer";
import { CALENDAR } from "../../words/designers/calendar";
import { Bench, Found, Labelled } from "../parts";
import type { DesignerProps } from "../registry";
import { useWork } from "../session";
import { useWords } from "../words";
import { Year } from "./Year";

export default function CalendarDesigner({ value, readOnly, findings, onChange }: DesignerProps) {
  const w = useWords(CALENDAR);
  const work = useWork(value, readOnly, onChange);
  const { message } = App.useApp();
  const [text, setText] = useState("");
  const read = useMemo(() => (text.trim() ? readHolidayNotice(text) : null), [text]);
  const calendar = work.document;
  const own = Number(calendar.year) || null;
  const another = own !== null && read?.year != null && read.year !== own;
  const use = (notice: Notice) => {
    work.edit((document) => taken(document, notice));
    void message.success(w.used);
  };
  return (
    <Bench work={work}>
      <Found findings={findings} below={["/rest_days", "/makeup_workdays", "/notice", "/year"]} />
      {!readOnly && (
        <section className="pane" aria-label={w.paste}>
          <h3>{w.paste}</h3>
          <Labelled label={w.text} help={w.pasteHelp}>{(id, told) => <Input.TextArea id={id} aria-describedby={told} autoSize={{ minRows: 6, maxRows: 16 }} value={text} onChange={(event) => setText(event.target.value)} />}</Labelled>
          {read && <Understood notice={read} />}
          {read && read.problems.length > 0 && (
            <Alert type="error" showIcon role="alert" title={w.refused} description={<ul className="plain">{read.problems.map((one) => <li key={`${one.code} ${one.said}`}>{w.problems[one.code]}{one.said && `：${one.said}`}</li>)}</ul>} />
          )}
          {another && <Alert type="error" showIcon role="alert" title={w.otherYear(own)} />}
          <div><Button type="primary" disabled={!read || read.problems.length > 0 || another} onClick={() => read && use(read)}>{w.use}</Button></div>
        </section>
      )}
      {own !== null && <Year year={own} rest={list(calendar.rest_days).map(String)} makeup={list(calendar.makeup_workdays).map(String)} />}
    </Bench>
  );
}

function Understood({ notice }: { notice: Notice }) {
  const w = useWords(CALENDAR);
  const days = (some: string[]) => (some.length ? spans(some).join("、") : w.none);
  return (
    <div>
      <h4>{w.understood}</h4>
      <p role="status">{[notice.title, notice.number, notice.issued].filter(Boolean).join(" · ")} {w.total(restDays(notice).length, makeupDays(notice).length)}</p>
      <div className="grid-of-rules" tabIndex={0} role="region" aria-label={w.understood}>
        <table>
          <thead><tr><th scope="col">{w.holiday}</th><th scope="col">{w.rest}</th><th scope="col">{w.makeup}</th></tr></thead>
          <tbody>
            {notice.holidays.map((one) => (
              <tr key={one.name}><th scope="row">{one.name}</th><td data-label={w.rest}>{days(one.rest)}</td><td data-label={w.makeup}>{days(one.makeup)}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** Days that follow one another as a span. */
function spans(days: string[]): string[] {
  const found: [string, string][] = [];
  for (const day of days) {
    const last = found.at(-1);
    if (last && Date.parse(day) - Date.parse(last[1]) === 86_400_000) last[1] = day;
    else found.push([day, day]);
  }
  return found.map(([first, last]) => (first === last ? first : `${first} – ${last}`));
}

/** What was not told of the notice stays as it was, and nobody has compared it with the original yet. */
function taken(calendar: JsonObject, notice: Notice): JsonObject {
  const kept = members(calendar.notice);
  const told = { title: notice.title, number: notice.number, issued: notice.issued };
  const known = Object.fromEntries(Object.entries(told).filter(([, said]) => said !== null));
  const made = put(put(calendar, "/rest_days", restDays(notice)), "/makeup_workdays", makeupDays(notice));
  const dated = notice.year === null ? made : put(made, "/year", notice.year);
  return put(dated, "/notice", { ...kept, ...known, source_verified: false }) as JsonObject;
}
