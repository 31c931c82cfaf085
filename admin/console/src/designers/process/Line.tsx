// A line of text that becomes a change only when it is left: half a word is never one.
import { Input } from "antd";
import { useState } from "react";

export function Line({ id, value, readOnly, onChange }: { id: string; value: string; readOnly: boolean; onChange: (said: string) => unknown }) {
  const [said, setSaid] = useState<string>();
  const take = () => {
    if (said !== undefined && said.trim() !== value) onChange(said.trim());
    setSaid(undefined);
  };
  return <Input id={id} value={said ?? value} readOnly={readOnly} onChange={(event) => setSaid(event.target.value)} onBlur={take} onPressEnter={take} />;
}
