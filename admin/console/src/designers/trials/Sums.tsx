// A deadline as a sum: from this day, so many days that count, others that do not and why, until that day.
import { useSurroundings } from "../../forms/context";
import { filled } from "../../words/designers/process";
import { TRIALS } from "../../words/designers/trials";
import { useWords } from "../words";
import type { Sum } from "./play";

export function Sums({ sums, titles }: { sums: readonly Sum[]; titles: ReadonlyMap<string, string> }) {
  return <ul className="sums">{sums.map((one) => <li key={one.id}><OneSum sum={one} title={titles.get(one.id) ?? one.id} /></li>)}</ul>;
}

function OneSum({ sum, title }: { sum: Sum; title: string }) {
  const w = useWords(TRIALS);
  const { language } = useSurroundings();
  const length = `${String(sum.budget + sum.extended)} ${w.units[sum.unit] ?? sum.unit}`;
  const rest = sum.skipped.map((one) => `${one.why[language]} ${String(one.days)}`);
  const days = sum.skipped.reduce((all, one) => all + one.days, 0);
  return (
    <>
      <strong>{title}</strong>
      <span className="equation">
        <time>{sum.starts}</time> <b>＋</b> <span>{length}</span> <b>＝</b> <time className="due">{sum.ends}</time>{sum.provisional && w.provisional}
      </span>
      <span className="quiet">
        {sum.minutes === undefined ? filled(w.counted, { n: sum.counted }) : filled(w.minutes, { n: sum.minutes })}
        {days > 0 && `；${filled(w.skipped, { n: days })}：${rest.join("、")}`}
      </span>
    </>
  );
}
