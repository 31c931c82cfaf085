// Whom an example speaks of: what kind of subject, and which made-up one.
import { Input, Select } from "antd";
import { EXAMPLES } from "../../words/designers/examples";
import { Labelled } from "../parts";
import { useWords } from "../words";
import { somebody, SUBJECTS } from "./edits";
import type { Stage } from "./stage";

interface Props {
  label: string;
  value: string | undefined;
  stage: Stage;
  /** Those that the item admits stand first. */
  wanted?: readonly string[];
  /** What it means to name nobody, where that may be. */
  nobody?: string;
  readOnly: boolean;
  onChange: (value: string | undefined) => void;
}

const SHAPES: Readonly<Record<string, RegExp>> = { person: /^[a-z0-9-]+$/, node: /^[a-z0-9-]+$/, system: /^[a-z0-9-]+$/, enterprise: /^[0-9A-HJ-NPQRTUWXY]{18}$/ };

export function Subject({ label, value, stage, wanted = [], nobody, readOnly, onChange }: Props) {
  const w = useWords(EXAMPLES);
  const [sort = "", id = ""] = value === undefined ? [] : [value.slice(0, value.indexOf(":")), value.slice(value.indexOf(":") + 1)];
  const sorts = [...new Set([...wanted, ...SUBJECTS])].map((one) => ({ value: one, label: w.sorts[one] ?? one }));
  const options = nobody === undefined ? sorts : [{ value: "", label: nobody }, ...sorts];
  const wrong = value !== undefined && SHAPES[sort]?.test(id) !== true ? w.badSubject[sort] : undefined;
  const typed = (said: string) => (sort === "enterprise" ? said.trim().toUpperCase() : said.trim());
  return (
    <div className="cols" role="group" aria-label={label}>
      <Labelled label={label}>
        {(field) => <Select<string> id={field} aria-label={label} className="grown" disabled={readOnly} value={sort} options={options} onChange={(chosen) => onChange(chosen ? somebody(chosen, stage.item) : undefined)} />}
      </Labelled>
      {value !== undefined && (
        <Labelled label={`${label} ${w.id}`} {...(wrong ? { error: wrong } : {})}>
          {(field, told) => <Input id={field} aria-describedby={told} aria-invalid={wrong !== undefined} className="code" readOnly={readOnly} value={id} onChange={(event) => onChange(`${sort}:${typed(event.target.value)}`)} />}
        </Labelled>
      )}
    </div>
  );
}
