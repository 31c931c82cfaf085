// What was in force, act by act, and what differs between any two versions.
import { Button, Radio, Tag } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { difference } from "../json/difference";
import type { JsonObject } from "../json/pointer";
import { Asked, When } from "../shell/parts";
import { type Kind, useVersion, useVersions } from "./data";
import { Differences } from "./Differences";

interface Props {
  kind: Kind;
  id: string;
  present: JsonObject;
  restore?: (body: JsonObject) => void;
}

export function History({ kind, id, present, restore }: Props) {
  const { t } = useTranslation();
  const asked = useVersions(kind.kind, id);
  const rows = useMemo(() => asked.data ?? [], [asked.data]);
  const [older, setOlder] = useState<number>();
  const [newer, setNewer] = useState<number>();
  const [left, right] = [rows[older ?? 1], rows[newer ?? 0]];
  const before = useVersion(kind.kind, id, left?.hash).data?.definition as JsonObject | undefined;
  const after = (useVersion(kind.kind, id, right?.hash).data?.definition as JsonObject | undefined) ?? present;
  const found = useMemo(() => (before ? difference(before, after) : []), [before, after]);
  return (
    <Asked asked={asked}>
      {!rows.length && <p className="quiet">{t("history.none")}</p>}
      <ol className="versions">
        {rows.map((row, index) => (
          <li key={`${row.set} ${row.at}`}>
            <span className="picks">
              <Radio checked={index === (older ?? 1)} aria-label={`${t("history.older")} ${row.set}`} onChange={() => setOlder(index)} />
              <Radio checked={index === (newer ?? 0)} aria-label={`${t("history.newer")} ${row.set}`} onChange={() => setNewer(index)} />
            </span>
            <span>
              <strong>{t(`history.acts.${row.act}`)}</strong> · {t("history.set")} {row.set} · <When at={row.at} /> · {row.by}
              {!row.hash && <Tag color="red">{t("history.gone")}</Tag>}
              {row.note && <><br />{row.note}</>}
            </span>
          </li>
        ))}
      </ol>
      {left && right && (
        <>
          <div className="heading">
            <h2>{t("history.set")} {left.set} → {right.set}</h2>
            {restore && before && <Button onClick={() => restore(before)}>{t("history.restore")}（{left.set}）</Button>}
          </div>
          <Differences differences={found} schema={kind.schema} />
        </>
      )}
    </Asked>
  );
}
