// One of a list by what people call it, or something that the list does not have: what is written stays choosable.
import { Select } from "antd";
import { useState } from "react";
import { Labelled } from "../parts";

interface Props {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  readOnly: boolean;
  onChange: (value: string) => void;
}

export function Named({ label, value, options, readOnly, onChange }: Props) {
  const [typed, setTyped] = useState("");
  const more = [value, typed].filter((one) => one && !options.some((known) => known.value === one || known.label === one));
  const all = [...options, ...[...new Set(more)].map((one) => ({ value: one, label: one }))];
  return (
    <Labelled label={label}>
      {(id) => (
        <Select<string> id={id} aria-label={label} className="grown" showSearch={{ optionFilterProp: "label", onSearch: (said) => setTyped(said.trim()) }} disabled={readOnly} value={value} options={all} onChange={onChange} />
      )}
    </Labelled>
  );
}
