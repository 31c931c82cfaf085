// A definition's form with its contents beside it: one section at a time, with a mark where a check found something.
import { Badge, ConfigProvider, Segmented } from "antd";
import { Suspense, lazy, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { designerOf, withDesigners } from "../designers/registry";
import type { Finding } from "../forms/findings";
import { resolved } from "../forms/resolved";
import { type Section, sectionOf, sections } from "../forms/sections";
import type { JsonObject } from "../json/pointer";
import { Reading } from "../shell/parts";
import { usePreferences } from "../shell/preferences";
import { Safe } from "../shell/Safe";
import type { Kind } from "./data";

const DefinitionForm = lazy(() => import("../forms/DefinitionForm").then((made) => ({ default: made.DefinitionForm })));

// What may only be read is read all the same.
const LEGIBLE = { token: { colorTextDisabled: "var(--ink)", colorBgContainerDisabled: "var(--paper)" } };

interface Props {
  kind: Kind;
  value: JsonObject;
  findings: readonly Finding[];
  readOnly?: boolean;
  open?: string;
  onOpen?: (id: string) => void;
  onChange: (value: JsonObject) => void;
}

export function Sections({ kind, value, findings, readOnly, open, onOpen, onChange }: Props) {
  const { t } = useTranslation();
  const [own, setOwn] = useState("");
  const found = useSections(kind, value);
  const shown = found.find((one) => one.id === (open ?? own)) ?? found[0];
  const choose = onOpen ?? setOwn;
  if (!shown) return null;
  const wrong = (section: Section) => findings.filter((one) => sectionOf(found, one.pointer)?.id === section.id).length;
  return (
    <div className="sections">
      <nav aria-label={t("draft.sections")}>
        {found.map((one) => (
          <button type="button" key={one.id} aria-current={one.id === shown.id ? "true" : undefined} className={filled(value, one) ? "" : "empty"} onClick={() => choose(one.id)}>
            <span>{one.title}{one.required && one.id !== "" && <span className="required" aria-hidden="true"> *</span>}</span>
            {wrong(one) > 0 && <Badge count={wrong(one)} title={t("draft.errorHere", { count: wrong(one) })} />}
          </button>
        ))}
      </nav>
      <section className="drawn" aria-label={shown.title}>
        <Part key={shown.id} kind={kind} section={shown} value={value} findings={findings} readOnly={readOnly} onChange={onChange} />
      </section>
    </div>
  );
}

/** One section: by its designer where it has one, which may be laid aside for the form that every section has. */
function Part({ kind, section, value, findings, readOnly, onChange }: Omit<Props, "open" | "onOpen"> & { section: Section }) {
  const { t } = useTranslation();
  const [plain, setPlain] = useState(false);
  const designer = designerOf(kind.kind, section.id);
  const ways = [{ value: "designer", label: t("draft.designer") }, { value: "form", label: t("draft.form") }];
  return (
    <>
      {designer && !designer.title && (
        <Segmented className="ways" aria-label={t("draft.way")} value={plain ? "form" : "designer"} options={ways} onChange={(way) => setPlain(way === "form")} />
      )}
      <Suspense fallback={<Reading label={t("loading")} />}>
        <Safe key={String(plain)}>
          {designer && !plain ? (
            <designer.Screen value={value} readOnly={readOnly ?? false} findings={findings} onChange={onChange} />
          ) : (
            <ConfigProvider theme={readOnly ? LEGIBLE : undefined}>
              <DefinitionForm schema={kind.schema} section={section} value={value} findings={findings} readOnly={readOnly} onChange={onChange} />
            </ConfigProvider>
          )}
        </Safe>
      </Suspense>
    </>
  );
}

export function useSections(kind: Kind, value: JsonObject): Section[] {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const basic = t("draft.basic");
  return useMemo(
    () => withDesigners(kind.kind, sections(resolved(kind.schema, value), kind.schema, basic), language),
    [kind, basic, value, language],
  );
}

const filled = (value: JsonObject, section: Section) => section.names.length === 0 || section.names.some((name) => value[name] !== undefined);
