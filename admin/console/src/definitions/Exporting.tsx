// A list of definitions, of any kinds, downloaded as one file.
import { answered } from "@jisheng/api-client";
import type { JsonObject } from "@jisheng/schema-kit";
import { useMutation } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useId, useState } from "react";
import { api } from "../api/client";
import { DeleteOutlined, PlusOutlined, SaveOutlined } from "../shell/icons";
import { Sorry } from "../shell/parts";
import type { EXCHANGE } from "../words/exchange";
import { useChoices, useKinds } from "./data";
import { packed } from "./exchange";

export function Exporting({ w }: { w: (typeof EXCHANGE)["zh"] }) {
  const { kinds } = useKinds();
  const [kind, setKind] = useState("items");
  const [ids, setIds] = useState<string[]>([]);
  const [keys, setKeys] = useState<string[]>([]);
  const offered = useChoices(kind);
  const [ofKind, ofIds] = [useId(), useId()];
  const save = useMutation({ mutationFn: () => download(keys) });
  const add = () => {
    const more = (ids.length ? ids : offered.map((one) => one.value)).map((id) => `${kind}/${id}`);
    setKeys([...new Set([...keys, ...more])].sort());
    setIds([]);
  };
  return (
    <section className="card stack" aria-label={w.exporting}>
      <h2>{w.exporting}</h2>
      <label htmlFor={ofKind}>{w.kind}
        <Select<string> id={ofKind} aria-label={w.kind} showSearch optionFilterProp="label" value={kind} options={kinds.map((one) => ({ value: one.kind, label: one.title }))} onChange={(said) => { setKind(said); setIds([]); }} />
      </label>
      <label htmlFor={ofIds}>{w.which}
        <Select<string[]> id={ofIds} aria-label={w.which} mode="multiple" value={ids} options={offered} optionFilterProp="label" onChange={setIds} />
      </label>
      <p className="help">{w.whichHelp}</p>
      <div><Button icon={<PlusOutlined />} onClick={add}>{w.add}</Button></div>
      <h2>{w.list}</h2>
      {!keys.length && <p className="quiet">{w.empty}</p>}
      <ul className="rows">
        {keys.map((key) => (
          <li key={key} className="act"><code>{key}</code> <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={`${w.remove} ${key}`} onClick={() => setKeys(keys.filter((one) => one !== key))} /></li>
        ))}
      </ul>
      {save.error && <Sorry error={save.error} />}
      <div><Button type="primary" icon={<SaveOutlined />} disabled={!keys.length} loading={save.isPending} onClick={() => save.mutate()}>{w.save}</Button></div>
    </section>
  );
}

async function download(keys: readonly string[]): Promise<void> {
  const bodies: JsonObject[] = [];
  for (const key of keys) {
    const [kind = "", definition_id = ""] = key.split("/");
    const found = await answered(api.GET("/v1/definitions/{kind}/{definition_id}", { params: { path: { kind, definition_id } } }));
    bodies.push(found.definition as JsonObject);
  }
  const at = new Date().toISOString();
  const file = await packed(bodies, window.location.origin, at);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 2)], { type: "application/json" }));
  link.download = `definitions-${at.slice(0, 10)}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
