// A notice or a document: its template in both languages beside what it says with example values.
import { at, drop, isObject, type Json, list, members, put, template } from "@jisheng/schema-kit";
import { Alert, Button, Input } from "antd";
import { useRef } from "react";
import { useSurroundings } from "../../forms/context";
import type { JsonObject } from "../../json/pointer";
import { TEXTS } from "../../words/designers/texts";
import { EVERY } from "../../words/designers/every";
import { Bench, Found, Labelled, Texts, textsWith } from "../parts";
import type { DesignerProps } from "../registry";
import { useWork } from "../session";
import { useWords } from "../words";

type Side = "zh" | "en";

export default function TextsDesigner({ value, readOnly, findings, onChange }: DesignerProps) {
  const w = useWords(TEXTS);
  const work = useWork(value, readOnly, onChange);
  const document = work.document;
  const said = members(document.template);
  const example = members(document.example);
  const asked = [...new Set((["zh", "en"] as Side[]).flatMap((side) => template.paths(String(said[side] ?? ""))))];
  const paths = [...new Set([...asked, ...list(document.values).map(String)])].filter((path) => !asked.some((one) => one.startsWith(`${path}.`)));
  const set = (keyword: string, made: Json | undefined) => work.edit((now) => (made === undefined ? drop(now, `/${keyword}`) : put(now, `/${keyword}`, made)));
  return (
    <Bench work={work}>
      <Found findings={findings} below={["/template", "/subject", "/example"]} />
      {"subject" in document && <Texts label={w.subject} value={document.subject} readOnly={readOnly} onChange={(side, text) => set("subject", textsWith(document.subject, side, text) ?? { zh: "", en: "" })} />}
      <p className="help">{w.help}</p>
      <div className="sides">
        {(["zh", "en"] as Side[]).map((side) => (
          <One key={side} side={side} document={document} paths={paths} readOnly={readOnly} write={(text) => set("template", { ...said, [side]: text })} />
        ))}
      </div>
      <section className="pane" aria-label={w.values}>
        <div><h3>{w.values}</h3><p className="help">{w.valuesHelp}</p></div>
        <div className="cols">
          {paths.map((path) => <Value key={path} path={path} value={reached(example, path)} readOnly={readOnly} give={(made) => set("example", given(example, path.split("."), made))} />)}
        </div>
      </section>
    </Bench>
  );
}

/** One language: what is written, what may be inserted where the writer is, and what becomes of it. */
function One({ side, document, paths, readOnly, write }: { side: Side; document: JsonObject; paths: string[]; readOnly: boolean; write: (text: string) => void }) {
  const w = useWords(TEXTS);
  const common = useWords(EVERY);
  const field = useRef<HTMLTextAreaElement>(null);
  const text = String(members(document.template)[side] ?? "");
  const insert = (path: string) => {
    const place = field.current?.selectionStart ?? text.length;
    write(`${text.slice(0, place)}{{${path}}}${text.slice(place)}`);
  };
  return (
    <section className="pane" aria-label={`${w.template} ${common[side]}`}>
      <Labelled label={`${w.template} ${common[side]}`}>
        {(id) => <textarea id={id} ref={field} className="ant-input template" rows={9} lang={side === "zh" ? "zh-CN" : "en"} value={text} readOnly={readOnly} onChange={(event) => write(event.target.value)} />}
      </Labelled>
      {!readOnly && paths.length > 0 && (
        <div className="row" role="group" aria-label={`${w.marks} ${common[side]}`}>
          {paths.map((path) => <Button key={path} size="small" aria-label={`${w.insert(path)} ${common[side]}`} onClick={() => insert(path)}>{path}</Button>)}
        </div>
      )}
      <h4>{w.shown}</h4>
      <Made side={side} document={document} text={text} />
    </section>
  );
}

function Made({ side, document, text }: { side: Side; document: JsonObject; text: string }) {
  const w = useWords(TEXTS);
  const common = useWords(EVERY);
  const made = written(text, members(document.example), side, list(document.optional).map(String));
  if (made instanceof template.Unreadable) return <Alert type="error" showIcon role="alert" title={`${w.wrong[made.code] ?? ""}${made.where}`} />;
  const subject = isObject(document.subject) ? document.subject[side] : undefined;
  return (
    <>
      <div className="paper" role="group" aria-label={`${w.preview} ${common[side]}`} lang={side === "zh" ? "zh-CN" : "en"}>
        {typeof subject === "string" && <strong>{subject}</strong>}
        <p>{made.text}</p>
      </div>
      {list(document.channels).includes("sms") && <p className="quiet">{w.sms([...made.text].length)}</p>}
      {made.missing.length > 0 && <Alert type="warning" showIcon title={w.missing(made.missing.join("、"))} />}
      {made.unprintable.length > 0 && <Alert type="error" showIcon title={w.unprintable(made.unprintable.join("、"))} />}
    </>
  );
}

function written(text: string, values: JsonObject, side: Side, optional: string[]): template.Written | template.Unreadable {
  try {
    return template.write(text, values, side, optional);
  } catch (error) {
    if (error instanceof template.Unreadable) return error;
    throw error;
  }
}

/** A value of the example: a text as it is typed; a whole number and a list are recognised. */
function Value({ path, value, readOnly, give }: { path: string; value: Json | undefined; readOnly: boolean; give: (value: Json | undefined) => void }) {
  const { language } = useSurroundings();
  const plain = isObject(value) && typeof value[language] === "string" ? value[language] : value;
  const shown = plain === undefined ? "" : typeof plain === "string" ? plain : JSON.stringify(plain);
  const read = (typed: string): Json | undefined => {
    if (typed === "") return undefined;
    if (isObject(value) && "zh" in value && "en" in value) return { ...value, [language]: typed };
    if (!/^[[{]/.test(typed)) return typed;
    try {
      return JSON.parse(typed) as Json;
    } catch {
      return typed;
    }
  };
  return <Labelled label={path}>{(id) => <Input id={id} readOnly={readOnly} value={shown} onChange={(event) => give(read(event.target.value))} />}</Labelled>;
}

const reached = (example: JsonObject, path: string): Json | undefined => at(example, path.split(".").map((name) => `/${name}`).join(""));

/** The example with one value put in or taken out; nothing at all when it holds none. */
function given(example: JsonObject, [name = "", ...more]: string[], value: Json | undefined): JsonObject | undefined {
  const { [name]: old, ...rest } = example;
  const made = more.length ? given(members(old), more, value) : value;
  const whole = made === undefined ? rest : { ...example, [name]: made };
  return Object.keys(whole).length ? whole : undefined;
}
