// Pieces that several designers have: undo and redo, two languages side by side, moves without dragging, what a check found.
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from "../shell/icons";
import { Alert, Button, Input } from "antd";
import { type KeyboardEvent, type ReactNode, useId } from "react";
import { useCheckedDraft } from "../definitions/at_work";
import { useSurroundings } from "../forms/context";
import type { Finding } from "../forms/findings";
import { isObject, type Json } from "../json/pointer";
import { EVERY } from "../words/designers/every";
import type { Work } from "./session";
import { useWords } from "./words";
import "./designers.css";

/** Around a whole designer: its tools stay in sight, Ctrl+Z and Ctrl+Shift+Z work outside of text fields. */
export function Bench({ work, tools, children }: { work: Work; tools?: ReactNode; children: ReactNode }) {
  const w = useWords(EVERY);
  const partOf = useCheckedDraft()?.partOf;
  const press = (event: KeyboardEvent) => {
    const writing = (event.target as HTMLElement).matches("input, textarea, [contenteditable]");
    if (writing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    (event.shiftKey ? work.redo : work.undo)?.();
  };
  return (
    <div className="bench" onKeyDown={press}>
      <div className="bench-tools" role="toolbar" aria-label={w.tools}>
        <Button disabled={!work.undo} onClick={work.undo}>{w.undo}</Button>
        <Button disabled={!work.redo} onClick={work.redo}>{w.redo}</Button>
        {tools}
        {work.turned && partOf && <span role="status" className="quiet">{w.turned(partOf(work.turned))}</span>}
      </div>
      {children}
    </div>
  );
}

interface TextsProps {
  label: string;
  value: Json | undefined;
  readOnly?: boolean;
  rows?: number;
  help?: string;
  onChange: (language: "zh" | "en", said: string) => void;
}

export function Texts({ label, value, readOnly, rows = 1, help, onChange }: TextsProps) {
  const w = useWords(EVERY);
  const said = isObject(value) ? value : {};
  return (
    <div className="said" role="group" aria-label={label}>
      <span className="said-label">{label}</span>
      {help && <p className="help">{help}</p>}
      <div className="two">
        {(["zh", "en"] as const).map((language) => (
          <label key={language}>
            <span>{w[language]}</span>
            <Input.TextArea
              lang={language === "zh" ? "zh-CN" : "en"}
              aria-label={`${label} ${w[language]}`}
              autoSize={{ minRows: rows, maxRows: 14 }}
              value={typeof said[language] === "string" ? said[language] : ""}
              readOnly={readOnly}
              onChange={(event) => onChange(language, event.target.value)}
            />
          </label>
        ))}
      </div>
    </div>
  );
}

/** A text in two languages with one of them changed; nothing at all when both are empty. */
export function textsWith(value: Json | undefined, language: "zh" | "en", said: string): Json | undefined {
  const { [language]: _old, ...rest } = isObject(value) ? value : {};
  const made = said ? { ...(isObject(value) ? value : {}), [language]: said } : rest;
  return Object.keys(made).length ? made : undefined;
}

interface LabelledProps {
  label: string;
  help?: string;
  error?: string;
  children: (id: string, described: string | undefined) => ReactNode;
}

export function Labelled({ label, help, error, children }: LabelledProps) {
  const id = useId();
  const told = `${id}-told`;
  return (
    <div className="said">
      <label className="said-label" htmlFor={id}>{label}</label>
      {children(id, help || error ? told : undefined)}
      <div id={told}>
        {help && <p className="help">{help}</p>}
        {error && <p className="error" role="alert">{error}</p>}
      </div>
    </div>
  );
}

interface MovesProps {
  name: string;
  index: number;
  count: number;
  move: (to: number) => void;
  remove?: () => void;
}

export function Moves({ name, index, count, move, remove }: MovesProps) {
  const w = useWords(EVERY);
  return (
    <span className="moves">
      <Button type="text" icon={<ArrowUpOutlined />} disabled={index === 0} aria-label={`${w.up} ${name}`} onClick={() => move(index - 1)} />
      <Button type="text" icon={<ArrowDownOutlined />} disabled={index === count - 1} aria-label={`${w.down} ${name}`} onClick={() => move(index + 1)} />
      {remove && <Button type="text" danger icon={<DeleteOutlined />} aria-label={`${w.remove} ${name}`} onClick={remove} />}
    </span>
  );
}

/** What a check found below a place, as sentences at the top of its designer. */
export function Found({ findings, below }: { findings: readonly Finding[]; below: readonly string[] }) {
  const w = useWords(EVERY);
  const { language } = useSurroundings();
  const some = findings.filter((one) => below.some((place) => `${one.pointer}/`.startsWith(`${place}/`)));
  if (!some.length) return null;
  const list = <ul className="plain">{some.map((one) => <li key={`${one.pointer} ${one.code}`}>{one.message[language]} <code>{one.pointer}</code></li>)}</ul>;
  return <Alert type="error" showIcon title={w.found} description={list} />;
}
