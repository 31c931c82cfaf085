// The application of an example: the item's own form, filled in as at a desk; it may also be one that is refused.
import { isObject, members } from "@jisheng/schema-kit";
import { Alert, Button } from "antd";
import { useState } from "react";
import { EXAMPLES } from "../../words/designers/examples";
import { useWords } from "../words";
import type { ExampleWork } from "./ExampleCard";
import { FilledIn, useMisfits } from "./FilledIn";

export function Application({ work }: { work: ExampleWork }) {
  const w = useWords(EXAMPLES);
  const { example, stage, readOnly, set } = work;
  const [marked, setMarked] = useState(false);
  const form = isObject(stage.item.form) ? stage.item.form : undefined;
  const value = members(example.form);
  const misfits = useMisfits(form, value, stage.shared);
  if (!form) return <Alert type="info" showIcon title={w.noForm} />;
  return (
    <>
      <div className="row">
        <span role="status" className={misfits.length ? "verdict" : "verdict good"}>{misfits.length ? w.misfits(misfits.length) : w.fits}</span>
        {misfits.length > 0 && <Button aria-pressed={marked} onClick={() => setMarked(!marked)}>{marked ? w.unmark : w.mark}</Button>}
      </div>
      <FilledIn schema={form} stage={stage} value={value} {...(marked ? { findings: misfits } : {})} prefix="e" readOnly={readOnly} onChange={(said) => set({ form: said })} />
    </>
  );
}
