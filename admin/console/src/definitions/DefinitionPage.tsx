// One published definition: what it says, what it was, who uses it; the way to changing or retiring it.
import { EditOutlined, PlusOutlined, StopOutlined } from "../shell/icons";
import { Button, Input, Modal, Tabs } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { text } from "../forms/schema";
import { shown } from "../forms/JsonText";
import { isObject, type JsonObject } from "../json/pointer";
import { Asked, Heading, Reading, Sorry } from "../shell/parts";
import { usePreferences } from "../shell/preferences";
import { EXCHANGE } from "../words/exchange";
import { Creating } from "./Creating";
import { DraftRows } from "./DraftRows";
import { type Kind, useBegin, useDefinition, useDrafts, useKind, useTitles, useUses } from "./data";
import { History } from "./History";
import { Sections } from "./Sections";

export default function DefinitionPage() {
  const { kind = "", id = "" } = useParams();
  const { t } = useTranslation();
  const asked = useDefinition(kind, id);
  const known = useKind(kind);
  if (!known || !asked.data) return <><Heading title={id} /><Asked asked={asked}><Reading label={t("loading")} /></Asked></>;
  const { definition, may = [] } = asked.data;
  return <Shown key={`${kind}/${id}`} kind={known} id={id} body={definition as JsonObject} may={may} />;
}

function Shown({ kind, id, body, may }: { kind: Kind; id: string; body: JsonObject; may: string[] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [retiring, setRetiring] = useState(false);
  const [scheduling, setScheduling] = useState(false);
  const [copying, setCopying] = useState(false);
  const begin = useBegin();
  const go = useNavigate();
  const draft = (changed: JsonObject) =>
    begin.mutate({ kind: kind.kind, id, body: changed }, { onSuccess: (made) => go(`/definitions/${kind.kind}/${id}/drafts/${made.draft_id}`) });
  const w = EXCHANGE[language];
  const has = (member: string) => isObject(kind.schema.properties) && member in kind.schema.properties;
  const tabs = [
    { key: "content", label: t("one.content"), children: <Sections kind={kind} value={body} findings={[]} readOnly onChange={() => undefined} /> },
    { key: "json", label: t("one.json"), children: <pre className="json" tabIndex={0} aria-label={t("one.raw")}>{shown(body)}</pre> },
    { key: "history", label: t("one.history"), children: <History kind={kind} id={id} present={body} restore={may.includes("edit") ? draft : undefined} /> },
    { key: "uses", label: t("one.uses"), children: <Uses kind={kind.kind} id={id} /> },
  ];
  return (
    <>
      <Heading title={text(body.title, language) ?? id} lead={<><Link to={`/definitions/${kind.kind}`}>{kind.title}</Link> · <code>{id}</code></>}>
        {may.includes("edit") && (
          <>
            <Button type="primary" icon={<EditOutlined />} loading={begin.isPending} onClick={() => draft(body)}>{t("one.edit")}</Button>
            <Button icon={<PlusOutlined />} onClick={() => setCopying(true)}>{t("one.copy")}</Button>
            {has("effective_from") && <Button onClick={() => setScheduling(true)}>{w.schedule}</Button>}
            {has("retired_at") && <Button icon={<StopOutlined />} onClick={() => setRetiring(true)}>{t("one.retire")}</Button>}
          </>
        )}
      </Heading>
      {begin.error && <Sorry error={begin.error} />}
      <OpenDrafts kind={kind.kind} id={id} />
      <Tabs items={tabs} destroyOnHidden />
      {copying && <Creating kind={kind.kind} from={body} close={() => setCopying(false)} />}
      {retiring && <Dated title={t("one.retireTitle")} text={t("one.retireText")} label={t("one.retireDay")} ok={t("one.retiring")} close={() => setRetiring(false)} take={(day) => draft({ ...body, retired_at: day })} />}
      {scheduling && <Dated title={w.scheduleTitle} text={w.scheduleText} label={w.scheduleDay} ok={w.scheduling} close={() => setScheduling(false)} take={(day) => draft({ ...body, effective_from: day })} />}
    </>
  );
}

interface DatedProps {
  title: string;
  text: string;
  label: string;
  ok: string;
  close: () => void;
  take: (day: string) => void;
}

/** A day that becomes a draft: from when a definition holds, or until when. */
function Dated({ title, text: lead, label, ok, close, take }: DatedProps) {
  const { t } = useTranslation();
  const [day, setDay] = useState("");
  return (
    <Modal open title={title} okText={ok} cancelText={t("cancel")} okButtonProps={{ disabled: !day }} onOk={() => take(day)} onCancel={close}>
      <div className="stack">
        <p>{lead}</p>
        <label>{label}<Input type="date" value={day} onChange={(event) => setDay(event.target.value)} /></label>
      </div>
    </Modal>
  );
}

function OpenDrafts({ kind, id }: { kind: string; id: string }) {
  const { t } = useTranslation();
  const drafts = (useDrafts().data ?? []).filter((one) => one.kind === kind && one.id === id);
  if (!drafts.length) return null;
  return <section className="card"><h2>{t("one.openDrafts")}</h2><DraftRows drafts={drafts} /></section>;
}

function Uses({ kind, id }: { kind: string; id: string }) {
  const { t } = useTranslation();
  const asked = useUses(kind, id);
  const keys = asked.data?.named_by ?? [];
  const items = (asked.data?.items ?? []).map((one) => `items/${one}`);
  const titles = useTitles([...keys, ...items]);
  const rows = (some: string[]) => <ul className="rows">{some.map((key) => <li key={key}><Link to={`/definitions/${key}`}>{titles.get(key)} <code>{key}</code></Link></li>)}</ul>;
  return (
    <Asked asked={asked}>
      {!keys.length && !items.length && <p className="quiet">{t("one.noUses")}</p>}
      {keys.length > 0 && <h2>{t("one.namedBy")}</h2>}
      {rows(keys)}
      {items.length > 0 && <h2>{t("one.runs")}</h2>}
      {rows(items)}
    </Asked>
  );
}
