// The ways to provide a material in their order: what spares people the material is tried before they are asked for it.
import { list } from "@jisheng/schema-kit";
import { Button, Input, Select } from "antd";
import { useSurroundings } from "../../forms/context";
import type { JsonObject } from "../../json/pointer";
import { PlusOutlined } from "../../shell/icons";
import { MATERIALS } from "../../words/designers/materials";
import { Moves } from "../parts";
import { useWords } from "../words";
import type { MaterialWork } from "./MaterialsDesigner";

/** Whether people may be spared it: some way of it asks nothing of them. */
export const spared = (said: JsonObject): boolean => list(said.modes).some((one) => one !== "upload");

export function Modes({ work }: { work: MaterialWork }) {
  const w = useWords(MATERIALS);
  const { useChoices } = useSurroundings();
  const registers = useChoices("registers");
  const documents = useChoices("documents");
  const modes = list(work.said.modes).map(String);
  const put = (made: string[]) => work.set("modes", made);
  const write = (index: number, way: string, of?: string) => put(modes.with(index, way === "licence" || way === "data" ? `${way}:${of ?? ""}` : way));
  const free = ["licence", "data", "commitment", "verification", "upload"].find((way) => !modes.some((one) => one.split(":")[0] === way)) ?? "data";
  return (
    <fieldset className="when">
      <legend>{w.modes}</legend>
      <p className="help">{w.modesHelp}</p>
      {modes.map((one, index) => {
        const [way = "", of = ""] = one.split(":");
        const name = w.mode(index + 1);
        return (
          <div className="mode" key={String(index)}>
            <Select aria-label={name} disabled={work.readOnly} value={way} options={Object.entries(w.ways).map(([value, label]) => ({ value, label }))} onChange={(chosen) => write(index, chosen)} />
            {way === "data" && <Select aria-label={w.which(index + 1)} showSearch={{ optionFilterProp: "label" }} disabled={work.readOnly} value={of || undefined} options={registers} onChange={(chosen: string) => write(index, way, chosen)} />}
            {way === "licence" && <Input aria-label={w.which(index + 1)} className="code" list={`licences-${index}`} readOnly={work.readOnly} value={of} onChange={(event) => write(index, way, event.target.value)} />}
            {way === "licence" && <datalist id={`licences-${index}`}>{documents.map((document) => <option key={document.value} value={document.value}>{document.label}</option>)}</datalist>}
            {!work.readOnly && <Moves name={name} index={index} count={modes.length} move={(to) => put(modes.toSpliced(index, 1).toSpliced(to, 0, one))} remove={modes.length > 1 ? () => put(modes.toSpliced(index, 1)) : undefined} />}
          </div>
        );
      })}
      {!work.readOnly && <div><Button icon={<PlusOutlined />} onClick={() => put([...modes, free === "licence" || free === "data" ? `${free}:` : free])}>{w.addMode}</Button></div>}
    </fieldset>
  );
}
