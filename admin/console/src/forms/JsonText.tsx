// JSON as text: what cannot be read is said beside it and goes nowhere.
import { Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { same } from "../json/difference";
import type { Json } from "../json/pointer";

interface Props {
  label: string;
  value: Json | undefined;
  readOnly?: boolean;
  tall?: boolean;
  onChange: (value: Json | undefined) => void;
}

export function JsonText({ label, value, readOnly, tall, onChange }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string>();
  const read = typed === undefined ? { value } : parsed(typed);
  // What was typed stands while it says the same as the value, or nothing that can be read.
  const stands = typed !== undefined && (read.wrong !== undefined || alike(read.value, value));
  const type = (text: string) => {
    setTyped(text);
    const now = parsed(text);
    if (now.wrong === undefined) onChange(now.value);
  };
  return (
    <>
      <Input.TextArea
        className="code"
        aria-label={label}
        aria-invalid={read.wrong !== undefined}
        spellCheck={false}
        readOnly={readOnly}
        autoSize={tall ? { minRows: 20, maxRows: 40 } : { minRows: 3, maxRows: 24 }}
        value={stands ? typed : shown(value)}
        onChange={(event) => type(event.target.value)}
      />
      {stands && read.wrong !== undefined && <p className="error" role="alert">{t("draft.badJson", { message: read.wrong })}</p>}
    </>
  );
}

export const shown = (value: Json | undefined) => (value === undefined ? "" : JSON.stringify(value, null, 2));

function parsed(text: string): { value?: Json; wrong?: string } {
  if (!text.trim()) return {};
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}

function alike(one: Json | undefined, other: Json | undefined): boolean {
  return one === undefined || other === undefined ? one === other : same(one, other);
}
