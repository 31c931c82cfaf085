// The form of an item as an official designs it: its fields, the settings of one of them, its conditions, what people see.
import { at, put } from "@jisheng/schema-kit";
import { Button } from "antd";
import { PlusOutlined } from "../../shell/icons";
import { FORM } from "../../words/designers/form";
import { Found } from "../parts";
import type { DesignerProps } from "../registry";
import { useWork } from "../session";
import { useWords } from "../words";
import { FormParts } from "./FormParts";
import { EMPTY_FORM } from "./fresh";

const PLACE = "/form";

export default function FormDesigner({ value, readOnly, findings, onChange }: DesignerProps) {
  const work = useWork(value, readOnly, onChange);
  const form = at(work.document, PLACE);
  if (form === undefined) return <Beginning readOnly={readOnly} begin={() => work.edit((document) => put(document, PLACE, EMPTY_FORM))} />;
  return <FormParts work={work} form={form} readOnly={readOnly} found={<Found findings={findings} below={[PLACE]} />} write={(said) => work.edit((document) => put(document, PLACE, said))} />;
}

function Beginning({ readOnly, begin }: { readOnly: boolean; begin: () => void }) {
  const w = useWords(FORM);
  return (
    <div className="bench">
      <h3>{w.start}</h3>
      <p>{w.startHelp}</p>
      {!readOnly && <div><Button type="primary" icon={<PlusOutlined />} onClick={begin}>{w.begin}</Button></div>}
    </div>
  );
}
