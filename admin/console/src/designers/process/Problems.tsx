// What the check found, beside the picture: each finding shows where it is; a promise that fails shows its way, with the days.
import type { Mark, Picture } from "@jisheng/schema-kit";
import { Alert, Button } from "antd";
import { useSurroundings } from "../../forms/context";
import { filled, PROCESS } from "../../words/designers/process";
import { useWords } from "../words";
import type { Chosen } from "./Flow";

interface Props {
  picture: Picture;
  marks: readonly Mark[];
  drawn: Mark | undefined;
  show: (mark: Mark | undefined) => void;
  choose: (chosen: Chosen) => void;
}

export function Problems({ picture, marks, drawn, show, choose }: Props) {
  const w = useWords(PROCESS);
  const { language } = useSurroundings();
  if (!marks.length) return null;
  const point = (mark: Mark) => {
    show(mark);
    choose(mark.path.length ? {} : mark.states[0] ? { state: mark.states[0] } : mark.arrows[0] ? { arrow: mark.arrows[0] } : {});
  };
  return (
    <section aria-label={w.problems} className="stack">
      {marks.map((mark) => (
        <Alert
          key={`${mark.finding.pointer} ${mark.finding.code}`}
          type={isWarning(mark) ? "warning" : "error"}
          showIcon
          title={mark.finding.message[language]}
          description={mark === drawn && mark.path.length > 0 ? <Way picture={picture} mark={mark} /> : undefined}
          action={mark.states.length + mark.arrows.length > 0 && mark !== drawn && <Button size="small" onClick={() => point(mark)}>{w.onPicture}</Button>}
        />
      ))}
    </section>
  );
}

const isWarning = (mark: Mark) => (mark.finding as { severity?: string }).severity === "warning";

/** The way that a promise fails on, in words: for whoever does not see the picture. */
function Way({ picture, mark }: { picture: Picture; mark: Mark }) {
  const w = useWords(PROCESS);
  const { language } = useSurroundings();
  const { worst_day: start, ends, limit_ends: limit } = mark.finding.params ?? {};
  const states = new Map(picture.states.map((one) => [one.id, one.title?.[language] ?? one.id]));
  const arrows = new Map(picture.arrows.map((one) => [one.id, one.title?.[language] ?? one.event]));
  return (
    <>
      <p>{w.path}：</p>
      <ol className="way-words">
        {mark.path.map((id, index) => (
          <li key={`${id} ${String(index)}`}>{index > 0 && <span className="by">{arrows.get(mark.way[index - 1] ?? "")} → </span>}{states.get(id)}</li>
        ))}
      </ol>
      {typeof start === "string" && <p>{filled(w.worst, { start, ends: String(ends), limit: String(limit) })}</p>}
    </>
  );
}
