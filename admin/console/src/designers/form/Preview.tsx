// What the public sees of a form, to be filled in on the spot: on a phone, or wide as at a counter.
import { effects, Form as Judged, type Json } from "@jisheng/schema-kit";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { useSurroundings } from "../../forms/context";
import { errorTree, type Finding } from "../../forms/findings";
import { isObject, type JsonObject } from "../../json/pointer";
import { text } from "../../forms/schema";
import { FORM } from "../../words/designers/form";
import { useWords } from "../words";
import { PublicForm } from "./PublicForm";

interface Props {
  form: Json;
  shared: Record<string, Json>;
  device: "phone" | "counter";
}

export default function Preview({ form, shared, device }: Props) {
  const w = useWords(FORM);
  const { language } = useSurroundings();
  const [filled, setFilled] = useState<JsonObject>({});
  const [found, setFound] = useState<Finding[]>();
  const held = useMemo(() => effects.inForce(form, filled, shared), [form, filled, shared]);
  const errors = useMemo(() => errorTree(found ?? [], language), [found, language]);
  const judge = () => setFound(new Judged(form, shared).errors(filled) as unknown as Finding[]);
  const sentences = sentencesOf(form, held.map((one) => one.place), language, shared);
  const body = isObject(form) ? form : {};
  return (
    <>
      <h3>{w.previewOf}</h3>
      <div className={device}>
        <div className="screen" tabIndex={0} role="group" aria-label={`${w.previewOf} ${w[device]}`}>
          <h4>{text(body["x-title"], language) ?? ""}</h4>
          <PublicForm form={body} shared={shared} filled={filled} errors={errors} change={(said) => { setFilled(said); setFound(undefined); }} />
        </div>
      </div>
      <div className="row">
        <Button onClick={judge}>{w.tryIt}</Button>
        <Button onClick={() => { setFilled({}); setFound(undefined); }}>{w.clear}</Button>
        {found && <span role="status">{found.length ? w.errors(found.length) : w.fits}</span>}
      </div>
      {sentences.length > 0 && <div><h4>{w.inForce}</h4><ul>{sentences.map((one) => <li key={one}>{one}</li>)}</ul></div>}
    </>
  );
}

function sentencesOf(form: Json, places: readonly string[], language: "zh" | "en", shared: Record<string, Json>): string[] {
  const rules = effects.placed(form);
  return rules.filter((one) => places.includes(one.place)).map((one) => effects.said(form, one, language, shared));
}
