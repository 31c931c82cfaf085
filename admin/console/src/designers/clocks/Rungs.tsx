// When a desk is warned: per cent of the limit that are used up, each with the light that it turns on.
import { Select } from "antd";
import { TRIALS } from "../../words/designers/trials";
import { Labelled } from "../parts";
import { useWords } from "../words";

const lightOf = (rungs: readonly number[], one: number) => (one >= 100 ? "overdue" : one === Math.max(...rungs.filter((each) => each < 100)) ? "red" : "yellow");

/** The same as a bar: how much of the limit passes under which light. */
export function Ladder({ rungs }: { rungs: number[] }) {
  return <span className="ladder" aria-hidden="true">{rungs.map((one) => <i key={one} className={lightOf(rungs, one)} style={{ left: `${String(Math.min(one, 99))}%` }} />)}</span>;
}

export function Rungs({ rungs, readOnly, onChange }: { rungs: number[]; readOnly: boolean; onChange: (rungs: number[]) => void }) {
  const w = useWords(TRIALS);
  const light = (one: number) => lightOf(rungs, one);
  const take = (said: string[]) => {
    const numbers = said.map(Number).filter((one) => Number.isInteger(one) && one >= 1 && one <= 100);
    onChange([...new Set(numbers)].sort((one, other) => one - other));
  };
  return (
    <Labelled label={w.rungs} help={w.rungsHelp}>
      {(id) => (
        <Select<string[]>
          id={id} aria-label={w.rungs} className="grown" mode="tags" disabled={readOnly} value={rungs.map(String)} onChange={take}
          options={[50, 80, 100].map((one) => ({ value: String(one), label: `${String(one)}%` }))}
          labelRender={({ value }) => `${String(value)}% ${w[light(Number(value))]}`}
        />
      )}
    </Labelled>
  );
}
