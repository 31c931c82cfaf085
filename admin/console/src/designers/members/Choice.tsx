// One of what is declared elsewhere, by its name; what is no such thing (“each”, a field of the form) stays as it is written.
import type { Json } from "@jisheng/schema-kit";
import { Select } from "antd";
import { useSurroundings } from "../../forms/context";
import { Labelled } from "../parts";

interface Props {
  label: string;
  /** Of `useChoices`: the organisation or a kind. */
  source: string;
  value: Json | undefined;
  readOnly: boolean;
  choose: (value: string) => void;
}

export function Choice({ label, source, value, readOnly, choose }: Props) {
  const { useChoices } = useSurroundings();
  const options = useChoices(source);
  const chosen = typeof value === "string" && value !== "" ? value : undefined;
  const known = chosen === undefined || options.some((one) => one.value === chosen);
  return (
    <Labelled label={label}>
      {(id) => (
        <Select
          id={id} aria-label={label} showSearch={{ optionFilterProp: "label" }} style={{ width: "100%" }} disabled={readOnly}
          value={chosen} options={known ? options : [...options, { value: chosen, label: chosen }]} onChange={choose}
        />
      )}
    </Labelled>
  );
}
