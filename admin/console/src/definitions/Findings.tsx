// What the gate says of a draft, and what a release would touch; each finding leads to the field that it concerns.
import { Alert, Button, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { concerns, type Finding } from "../forms/findings";
import { usePreferences } from "../shell/preferences";
import type { Check, Kind } from "./data";
import { placeOf } from "./Differences";

interface Props {
  kind: Kind;
  id: string;
  check?: Check;
  stale: boolean;
  go: (pointer: string) => void;
}

export function Findings({ kind, id, check, stale, go }: Props) {
  const { t } = useTranslation();
  if (!check) return <p className="quiet">{t("draft.notChecked")}</p>;
  const refusals = check.findings.filter((one) => one.severity !== "warning").length;
  const warnings = check.findings.length - refusals;
  const verdict = { running: t("draft.checking"), passed: t("draft.passed"), failed: t("draft.failed", { count: refusals }), broken: t("draft.broken") };
  const said = `${verdict[check.status]}${warnings ? ` · ${t("draft.warnings", { count: warnings })}` : ""}`;
  return (
    <div className="stack">
      <Alert type={check.status === "passed" ? "success" : check.status === "running" ? "info" : "error"} showIcon role="status" title={said} />
      {stale && <Alert type="warning" showIcon title={t("draft.stale")} />}
      <ul className="findings">
        {(check.findings as Finding[]).map((one, index) => (
          <li key={`${one.pointer} ${one.code} ${String(index)}`}><Line kind={kind} id={id} finding={one} go={go} /></li>
        ))}
      </ul>
      <Impact check={check} />
    </div>
  );
}

function Line({ kind, id, finding, go }: { kind: Kind; id: string; finding: Finding; go: (pointer: string) => void }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const own = concerns(finding, `${kind.kind}/${id}`);
  const other = String((finding.params as Record<string, unknown> | undefined)?.definition ?? "");
  const place = own ? placeOf(finding.pointer, kind.schema) : `${other} ${finding.pointer}`;
  return (
    <>
      <Tag color={finding.severity === "warning" ? "gold" : "red"}>{finding.code}</Tag>
      <span>{finding.message[language]}</span>
      <span className="quiet">{place || t("diff.whole")}</span>
      {own && <Button size="small" onClick={() => go(finding.pointer)} aria-label={`${t("draft.go")} ${place}`}>{t("draft.go")}</Button>}
    </>
  );
}

export function Impact({ check }: { check: Check }) {
  const { t } = useTranslation();
  const impact = check.impact;
  if (!impact) return null;
  return (
    <section className="card">
      <h2>{t("draft.impact")}</h2>
      <p>
        {t("draft.running", { count: impact.running })} · {t("draft.deadlines", { count: impact.deadlines, moved: impact.deadlines_moved })}
        {impact.items.every((one) => one.keeps_release) && ` · ${t("draft.keeps")}`}
      </p>
      {(check.items ?? []).length > 0 && <p className="quiet">{t("draft.items")}: {(check.items ?? []).join("、")}</p>}
      {impact.replayed.map((one) => (
        <p key={one.item} className="quiet">
          {t("draft.replayed")} {one.item}: {t("draft.same", { count: one.same })} · {t("draft.differ", { count: one.differ.length })}
        </p>
      ))}
    </section>
  );
}
