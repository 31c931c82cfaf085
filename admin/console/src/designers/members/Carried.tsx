// What a member's case is told: for each field of its form, where that comes from.
import { type Field, fieldsOf, type Json, type JsonObject, pointer } from "@jisheng/schema-kit";
import { Input, InputNumber, Select } from "antd";
import { ORGANISATION, useSurroundings } from "../../forms/context";
import { MEMBERS } from "../../words/designers/members";
import { Labelled } from "../parts";
import { useWords } from "../words";
import { Choice } from "./Choice";

const NUMBER = "case:number";
const CONSTANT = "~constant"; // no source begins like this
const NOTHING = "~nothing";
const SOURCE = /^((form|input|each):|each$|case:number$)/;

interface Props {
  /** The form of the item, and that of the member's item. */
  mine: Field;
  theirs: Field;
  map: JsonObject;
  readOnly: boolean;
  write: (map: JsonObject) => void;
}

export function Carried({ mine, theirs, map, readOnly, write }: Props) {
  const w = useWords(MEMBERS);
  const { language } = useSurroundings();
  const fields = new Map(fieldsOf(theirs).map((one) => [pointer(one.path), one]));
  const untold = theirs.children.map((one) => pointer(one.path)).filter((place) => !Object.keys(map).some((name) => `${name}/`.startsWith(`${place}/`)));
  const sources = fieldsOf(mine).filter((one) => !one.path.includes("*")).map((one) => ({ value: `form:${pointer(one.path)}`, label: w.mine(titlesOf(mine, one, language)) }));
  const put = (name: string, value: Json | undefined) => {
    const { [name]: _old, ...rest } = map;
    write(value === undefined ? rest : { ...map, [name]: value });
  };
  return (
    <div role="group" aria-label={w.carried} className="stack">
      <h4>{w.carried}</h4>
      <p className="help">{w.carriedHelp}</p>
      {[...Object.keys(map), ...untold].map((name) => {
        const field = fields.get(name);
        const title = field ? titlesOf(theirs, field, language) : name;
        return <Told key={name} title={title} field={field} value={map[name]} sources={sources} readOnly={readOnly} put={(value) => put(name, value)} />;
      })}
    </div>
  );
}

interface ToldProps {
  title: string;
  field: Field | undefined;
  value: Json | undefined;
  sources: { value: string; label: string }[];
  readOnly: boolean;
  put: (value: Json | undefined) => void;
}

function Told({ title, field, value, sources, readOnly, put }: ToldProps) {
  const w = useWords(MEMBERS);
  const source = value === undefined ? NOTHING : typeof value === "string" && SOURCE.test(value) ? value : CONSTANT;
  const plain = [{ value: NOTHING, label: w.nothing }, { value: CONSTANT, label: w.constant }, { value: NUMBER, label: w.number }];
  const options = [...plain, ...sources].some((one) => one.value === source) ? [...plain, ...sources] : [...plain, ...sources, { value: source, label: source }];
  const choose = (chosen: string) => put(chosen === NOTHING ? undefined : chosen === CONSTANT ? empty(field) : chosen);
  return (
    <div className="cols">
      <Labelled label={w.from(title)}>
        {(id) => <Select id={id} aria-label={w.from(title)} showSearch={{ optionFilterProp: "label" }} style={{ width: "100%" }} disabled={readOnly} value={source} options={options} onChange={choose} />}
      </Labelled>
      {source === CONSTANT && <Constant label={w.content(title)} field={field} value={value} readOnly={readOnly} put={put} />}
    </div>
  );
}

/** Something that stands for every case, of the kind that the member's field takes. */
function Constant({ label, field, value, readOnly, put }: { label: string; field: Field | undefined; value: Json | undefined; readOnly: boolean; put: (value: Json) => void }) {
  const w = useWords(MEMBERS);
  if (field?.widget === "organisation-node") return <Choice label={label} source={ORGANISATION} value={value} readOnly={readOnly} choose={put} />;
  return (
    <Labelled label={label}>
      {(id) =>
        typeof value === "boolean" ? (
          <Select id={id} aria-label={label} style={{ width: "100%" }} disabled={readOnly} value={String(value)} options={[{ value: "true", label: w.yes }, { value: "false", label: w.no }]} onChange={(said) => put(said === "true")} />
        ) : typeof value === "number" ? (
          <InputNumber id={id} style={{ width: "100%" }} precision={0} readOnly={readOnly} value={value} onChange={(said) => said !== null && put(said)} />
        ) : (
          <Input id={id} readOnly={readOnly} value={String(value ?? "")} onChange={(event) => put(event.target.value)} />
        )
      }
    </Labelled>
  );
}

const empty = (field: Field | undefined): Json => (field?.kind === "number" ? 0 : field?.kind === "yes-no" || field?.kind === "declaration" ? true : "");

/** A field by its titles, the group that it stands in first. */
function titlesOf(root: Field, field: Field, language: "zh" | "en"): string {
  const above = fieldsOf(root).filter((one) => one.children.length > 0 && `${pointer(field.path)}/`.startsWith(`${pointer(one.path)}/`) && one.place !== field.place);
  return [...above, field].map((one) => one.title?.[language] ?? one.name).join(" › ");
}
