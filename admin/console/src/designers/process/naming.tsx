// Ids that are changed and things that are removed: what stands against it is said in words, with the place.
import type { Picture } from "@jisheng/schema-kit";
import { Alert, Button, Input, Popover } from "antd";
import { useId, useState } from "react";
import { EditOutlined, DeleteOutlined } from "../../shell/icons";
import { PROCESS } from "../../words/designers/process";
import { useWords } from "../words";
import type { Refused } from "./desk";
import { ArrowName } from "./Outline";

export function Renaming({ id, rename }: { id: string; rename: (to: string) => unknown }) {
  const w = useWords(PROCESS);
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState(id);
  const field = useId();
  const form = (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        setOpen(false);
        if (said !== id) rename(said);
      }}
    >
      <label htmlFor={field}>{w.id}</label>
      <Input id={field} value={said} autoFocus onChange={(event) => setSaid(event.target.value.trim())} />
      <p className="help">{w.idHelp}</p>
      <Button htmlType="submit" type="primary">{w.rename}</Button>
    </form>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" content={form} destroyOnHidden>
      <Button icon={<EditOutlined />} onClick={() => setSaid(id)}>{w.rename} <code>{id}</code></Button>
    </Popover>
  );
}

interface RemovingProps {
  label: string;
  refused: Refused | undefined;
  picture: Picture;
  remove: () => unknown;
}

export function Removing({ label, refused, picture, remove }: RemovingProps) {
  return (
    <>
      {refused && <Against refused={refused} picture={picture} />}
      <div><Button danger icon={<DeleteOutlined />} onClick={remove}>{label}</Button></div>
    </>
  );
}

export function Against({ refused, picture }: { refused: Refused; picture: Picture }) {
  const w = useWords(PROCESS);
  const said: Record<string, string> = { "in-use": w.breaks, "name-taken": w.taken, "name-malformed": w.malformed, unknown: w.unknown };
  const places = (
    <ul className="plain">
      {refused.places.map((place) => {
        const arrow = picture.arrows.find((one) => one.place !== null && `${place}/`.startsWith(`${one.place}/`));
        return <li key={place}>{arrow ? <ArrowName arrow={arrow} picture={picture} whole /> : <code>{place}</code>}</li>;
      })}
    </ul>
  );
  return <Alert type="warning" showIcon role="alert" title={said[refused.code] ?? refused.code} description={refused.places.length ? places : undefined} />;
}
