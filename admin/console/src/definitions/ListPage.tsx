// The definitions of one kind: found by name or id, opened, or begun anew.
import { PlusOutlined, SearchOutlined } from "../shell/icons";
import { Button, Input, Modal } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { text } from "../forms/schema";
import { usePreferences } from "../shell/preferences";
import { Asked, Heading, Sorry } from "../shell/parts";
import { type Entry, useBegin, useKind, useList } from "./data";

export default function ListPage() {
  const { kind = "" } = useParams();
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [query, setQuery] = useState("");
  const [creating, setCreating] = useState(false);
  const wanted = useDeferredValue(query.trim().toLowerCase());
  const title = useKind(kind)?.title ?? kind;
  const asked = useList(kind);
  const fits = (one: Entry) => `${one.id} ${one.title?.zh ?? ""} ${one.title?.en ?? ""}`.toLowerCase().includes(wanted);
  const found = (asked.data ?? []).filter(fits);
  return (
    <>
      <Heading title={title}>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>{t("list.create")}</Button>
      </Heading>
      <Input
        className="search"
        type="search"
        prefix={<SearchOutlined />}
        aria-label={t("list.search")}
        placeholder={t("list.search")}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <Asked asked={asked}>
        <p role="status" className="quiet">{found.length ? t("list.count", { count: found.length }) : t("list.none", { kind: title })}</p>
        <ul className="rows">
          {found.map((one) => (
            <li key={one.id}>
              <Link to={`/definitions/${kind}/${one.id}`}>
                <strong>{text(one.title, language) ?? one.id}</strong>
                <code>{one.id}</code>
              </Link>
            </li>
          ))}
        </ul>
      </Asked>
      {creating && <Creating kind={kind} taken={(asked.data ?? []).map((one) => one.id)} close={() => setCreating(false)} />}
    </>
  );
}

function Creating({ kind, taken, close }: { kind: string; taken: string[]; close: () => void }) {
  const { t } = useTranslation();
  const [id, setId] = useState("");
  const [zh, setZh] = useState("");
  const [en, setEn] = useState("");
  const begin = useBegin();
  const go = useNavigate();
  const wrong = !id ? "" : taken.includes(id) ? t("list.taken") : /^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) ? "" : t("list.badId");
  const start = () =>
    begin.mutate(
      { kind, id, body: { kind, id, title: { zh: zh || id, en: en || id } } },
      { onSuccess: (draft) => go(`/definitions/${kind}/${id}/drafts/${draft.draft_id}`) },
    );
  return (
    <Modal
      open
      title={t("list.create")}
      okText={t("list.begin")}
      cancelText={t("cancel")}
      okButtonProps={{ disabled: !id || wrong !== "", loading: begin.isPending }}
      onOk={start}
      onCancel={close}
    >
      <div className="stack">
        <label>{t("list.newId")}<Input value={id} autoFocus status={wrong ? "error" : ""} onChange={(event) => setId(event.target.value)} /></label>
        {wrong && <p className="error" role="alert">{wrong}</p>}
        <label>{t("list.newTitle")}<Input value={zh} onChange={(event) => setZh(event.target.value)} /></label>
        <label>{t("list.newTitleEn")}<Input value={en} onChange={(event) => setEn(event.target.value)} /></label>
        {begin.error && <Sorry error={begin.error} />}
      </div>
    </Modal>
  );
}
