// A draft at work: form and JSON side by side, saved, checked, compared, and released by a second person.
import { CheckCircleOutlined, DeleteOutlined, SaveOutlined } from "../shell/icons";
import { App, Button, Segmented, Tabs, Tag } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { designerOf } from "../designers/registry";
import { concerns, type Finding } from "../forms/findings";
import { JsonText } from "../forms/JsonText";
import { sectionOf } from "../forms/sections";
import { text } from "../forms/schema";
import { same } from "../json/difference";
import { isObject, type JsonObject } from "../json/pointer";
import { Asked, Heading, Reading, Sorry, When } from "../shell/parts";
import { usePreferences } from "../shell/preferences";
import { type AtWork, AtWorkProvider, newPast } from "./at_work";
import { type Check, type Draft, type Kind, useCheck, useDiscard, useDraft, useKind, useSave } from "./data";
import { Changes } from "./Changes";
import { Findings } from "./Findings";
import { ScheduledHere } from "./Scheduled";
import { Sections, useSections } from "./Sections";

type View = "form" | "both" | "json";

export default function DraftPage() {
  const { kind = "", id = "", draft = "" } = useParams();
  const { t } = useTranslation();
  const asked = useDraft(kind, id, draft);
  const known = useKind(kind);
  if (!known || !asked.data) return <><Heading title={id} /><Asked asked={asked}><Reading label={t("loading")} /></Asked></>;
  return <Writing key={draft} kind={known} draft={asked.data.body} etag={asked.data.etag} />;
}

function Writing({ kind, draft, etag }: { kind: Kind; draft: Draft; etag: string }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const work = useWork(kind, draft, etag);
  const { value, view, tab, checked, may, unsaved } = work;
  const key = `${kind.kind}/${draft.id}`;
  const findings = ((checked?.check.findings ?? []) as Finding[]).filter((one) => concerns(one, key));
  const readOnly = !may.includes("edit");
  const stale = isStale(work);
  const found = checked && <Tag color={checked.check.status === "passed" ? "green" : "red"}>{checked.check.findings.length}</Tag>;
  const tabs = [
    { key: "write", label: t("one.content"), children: <Written kind={kind} work={work} findings={findings} readOnly={readOnly} /> },
    { key: "findings", label: <>{t("draft.findings")} {found}</>, children: <Findings kind={kind} id={draft.id} check={checked?.check} stale={stale} go={work.go} /> },
    { key: "changes", label: t("draft.changes"), children: <Changes kind={kind} draft={draft} unsaved={unsaved} check={stale ? undefined : checked?.check} checking={<Checking work={work} stay />} together={work.together} gather={work.gather} /> },
  ];
  return (
    <>
      <Heading
        title={text(value.title, language) ?? draft.id}
        lead={<><Link to={`/definitions/${kind.kind}`}>{kind.title}</Link> · <code>{draft.id}</code> · {t("draft.by")} {draft.editors.join("、")} · <When at={draft.at} /></>}
      >
        <Actions work={work} draft={draft} etag={etag} />
      </Heading>
      <div className="bar">
        <p role="status" className="quiet">{t(readOnly ? "draft.readonly" : unsaved ? "draft.unsaved" : "draft.saved")}</p>
        {tab === "write" && <Views view={view} choose={work.setView} />}
      </div>
      <ScheduledHere draft={draft.draft_id} />
      {work.error && <Sorry error={work.error} />}
      <AtWorkProvider value={work.atWork}><Tabs items={tabs} activeKey={tab} onChange={work.setTab} destroyOnHidden /></AtWorkProvider>
    </>
  );
}

type Work = ReturnType<typeof useWork>;

/** Whether something was changed, or other drafts were chosen, since the last check. */
const isStale = ({ checked, value, together }: Work): boolean =>
  checked !== undefined && !(same(checked.of, value) && same([...checked.together], [...together]));

/** The form, its JSON, or both: two views of one value. */
function Written({ kind, work, findings, readOnly }: { kind: Kind; work: Work; findings: Finding[]; readOnly: boolean }) {
  const { t } = useTranslation();
  const { value, setValue, open } = work;
  // A designer needs the width: JSON is beside it only when it is asked for alone.
  const view = work.view === "both" && designerOf(kind.kind, open) ? "form" : work.view;
  return (
    <div className={`writing ${view}`}>
      {view !== "json" && <Sections kind={kind} value={value} findings={findings} readOnly={readOnly} open={open} onOpen={work.setOpen} onChange={setValue} />}
      {view !== "form" && (
        <div className="beside">
          <JsonText label={t("one.raw")} tall value={value} readOnly={readOnly} onChange={(said) => isObject(said) && setValue(said)} />
        </div>
      )}
    </div>
  );
}

/** What is written now, what was saved and checked of it, and which part of it is shown. */
function useWork(kind: Kind, draft: Draft, etag: string) {
  const [value, setValue] = useState(draft.body as JsonObject);
  const [view, setView] = useState<View>(() => (window.innerWidth >= 1200 ? "both" : "form"));
  const [tab, setTab] = useState("write");
  const [open, setOpen] = useState("");
  const [together, gather] = useState<string[]>([]);
  const [checked, setChecked] = useState<{ check: Check; of: JsonObject; together: readonly string[] }>();
  const found = useSections(kind, value);
  const save = useSave(draft, etag);
  const checking = useCheck(draft);
  const unsaved = !same(value, draft.body as JsonObject);
  useWarning(unsaved);
  const check = async (stay: boolean) => {
    if (unsaved) await save.mutateAsync({ body: value });
    const said = await checking.mutateAsync(together);
    setChecked({ check: said, of: value, together });
    if (!stay || said.status !== "passed") setTab("findings");
  };
  const [past] = useState(newPast);
  const atWork: AtWork = {
    draft, unsaved, past, check: checked && same(checked.of, value) ? checked.check : undefined, save: () => save.mutateAsync({ body: value }),
    partOf: (pointer) => sectionOf(found, pointer)?.title ?? pointer,
  };
  const go = (pointer: string) => {
    setOpen(sectionOf(found, pointer)?.id ?? "");
    setView((now) => (now === "json" ? "form" : now));
    setTab("write");
  };
  const error = save.error ?? checking.error;
  const may = draft.may ?? [];
  return { value, setValue, together, gather, view, setView, tab, setTab, open, setOpen, checked, unsaved, may, save, atWork, checking, check, go, error };
}

function Actions({ work, draft, etag }: { work: Work; draft: Draft; etag: string }) {
  const { t } = useTranslation();
  const { may, save, unsaved, value } = work;
  return (
    <>
      {may.includes("edit") && <Button icon={<SaveOutlined />} disabled={!unsaved} loading={save.isPending} onClick={() => save.mutate({ body: value })}>{t("draft.save")}</Button>}
      {may.includes("check") && work.tab !== "changes" && <Checking work={work} />}
      {may.includes("edit") && <Discard draft={draft} etag={etag} back={`/definitions/${draft.kind}`} />}
    </>
  );
}

/** Asks the gate. `stay`: what it says is shown where one is, unless it refuses. */
function Checking({ work, stay = false }: { work: Work; stay?: boolean }) {
  const { t } = useTranslation();
  const ask = () => void work.check(stay).catch(() => undefined); // said on the page
  return <Button type="primary" icon={<CheckCircleOutlined />} loading={work.checking.isPending} onClick={ask}>{t("draft.check")}</Button>;
}

function Views({ view, choose }: { view: View; choose: (view: View) => void }) {
  const { t } = useTranslation();
  const options = (["form", "both", "json"] as View[]).map((value) => ({ value, label: t(`draft.${value}`) }));
  return <Segmented<View> className="wide" aria-label={t("draft.form")} value={view} onChange={choose} options={options} />;
}

function Discard({ draft, etag, back }: { draft: Draft; etag: string; back: string }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const go = useNavigate();
  const discard = useDiscard(draft, etag);
  const ask = () =>
    modal.confirm({
      title: t("draft.discardAsk"), okText: t("draft.discard"), cancelText: t("cancel"), okButtonProps: { danger: true },
      onOk: () => discard.mutateAsync().then(() => go(back)),
    });
  return <Button danger icon={<DeleteOutlined />} onClick={ask}>{t("draft.discard")}</Button>;
}

/** Leaving the page with unsaved changes asks first. */
function useWarning(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [unsaved]);
}
