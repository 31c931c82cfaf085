// A year at a glance: what is off by notice, what is worked instead, month by month.
import { useSurroundings } from "../../forms/context";
import { CALENDAR } from "../../words/designers/calendar";
import { useWords } from "../words";

const WEEK = { zh: ["一", "二", "三", "四", "五", "六", "日"], en: ["M", "T", "W", "T", "F", "S", "S"] };

export function Year({ year, rest, makeup }: { year: number; rest: string[]; makeup: string[] }) {
  const w = useWords(CALENDAR);
  return (
    <section className="pane" aria-label={w.calendar}>
      <div className="pane-head"><h3>{w.calendar} {w.year(year)}</h3><span>{w.total(rest.length, makeup.length)}</span></div>
      <p className="quiet">{w.legend}</p>
      <div className="year">{Array.from({ length: 12 }, (_, month) => <Month key={month} year={year} month={month + 1} rest={rest} makeup={makeup} />)}</div>
    </section>
  );
}

function Month({ year, month, rest, makeup }: { year: number; month: number; rest: string[]; makeup: string[] }) {
  const w = useWords(CALENDAR);
  const { language } = useSurroundings();
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const begins = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7;
  const days = [...Array.from({ length: begins }, () => 0), ...Array.from({ length: count }, (_, index) => index + 1)];
  const weeks = Array.from({ length: Math.ceil(days.length / 7) }, (_, week) => days.slice(week * 7, week * 7 + 7));
  return (
    <table className="month">
      <caption>{w.months(month)}</caption>
      <thead><tr>{WEEK[language].map((one, index) => <th key={String(index)} scope="col">{one}</th>)}</tr></thead>
      <tbody>
        {weeks.map((week, index) => (
          <tr key={String(index)}>{week.map((day, place) => <Day key={String(place)} day={day} date={`${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`} weekend={place > 4} rest={rest} makeup={makeup} />)}</tr>
        ))}
      </tbody>
    </table>
  );
}

function Day({ day, date, weekend, rest, makeup }: { day: number; date: string; weekend: boolean; rest: string[]; makeup: string[] }) {
  const w = useWords(CALENDAR);
  if (!day) return <td />;
  const kind = rest.includes(date) ? "rest" : makeup.includes(date) ? "makeup" : weekend ? "weekend" : "";
  const told = kind === "rest" ? w.rest : kind === "makeup" ? w.makeup : "";
  return <td className={kind}>{day}{told && <span className="told"> {told}</span>}</td>;
}
