// What differs, member by member, each place by its name.
import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import { type Schema, titlesOf } from "../forms/schema";
import type { Difference } from "../json/difference";
import { type Json, parts } from "../json/pointer";

interface Props {
  differences: readonly Difference[];
  schema?: Schema;
  none?: string;
}

export function Differences({ differences, schema, none }: Props) {
  const { t } = useTranslation();
  if (!differences.length) return <p className="quiet">{none ?? t("diff.none")}</p>;
  return (
    <ul className="differences">
      {differences.map((one) => (
        <li key={one.pointer}>
          <div className="difference-place">
            <strong>{placeOf(one.pointer, schema) || t("diff.whole")}</strong> <code>{one.pointer}</code>
            {one.before === undefined && <Tag color="green">{t("diff.added")}</Tag>}
            {one.after === undefined && <Tag color="red">{t("diff.removed")}</Tag>}
          </div>
          <div className="two">
            <Side name={t("diff.before")} value={one.before} kind="before" />
            <Side name={t("diff.after")} value={one.after} kind="after" />
          </div>
        </li>
      ))}
    </ul>
  );
}

export const placeOf = (pointer: string, schema?: Schema): string =>
  (schema ? titlesOf(parts(pointer), schema) : parts(pointer)).join(" › ");

function Side({ name, value, kind }: { name: string; value: Json | undefined; kind: "before" | "after" }) {
  if (value === undefined) return null;
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <div className={`side ${kind}`}>
      <span className="side-name">{name}</span>
      <pre tabIndex={0} aria-label={name}>{text}</pre>
    </div>
  );
}
