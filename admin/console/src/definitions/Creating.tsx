// A definition begun anew: its id and names, and all the rest empty or as in a sample.
import { Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { JsonObject } from "../json/pointer";
import { Sorry } from "../shell/parts";
import { useBegin, useList } from "./data";

interface Props {
  kind: string;
  /** What the new one begins as; nothing: it begins empty. */
  from?: JsonObject;
  close: () => void;
}

export function Creating({ kind, from, close }: Props) {
  const { t } = useTranslation();
  const [id, setId] = useState("");
  const [zh, setZh] = useState("");
  const [en, setEn] = useState("");
  const taken = (useList(kind).data ?? []).map((one) => one.id);
  const begin = useBegin();
  const go = useNavigate();
  const wrong = !id ? "" : taken.includes(id) ? t("list.taken") : /^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) ? "" : t("list.badId");
  const start = () =>
    begin.mutate(
      { kind, id, body: { ...begun(from), kind, id, title: { zh: zh || id, en: en || id } } },
      { onSuccess: (draft) => go(`/definitions/${kind}/${id}/drafts/${draft.draft_id}`) },
    );
  return (
    <Modal
      open
      title={t(from ? "one.copy" : "list.create")}
      okText={t("list.begin")}
      cancelText={t("cancel")}
      okButtonProps={{ disabled: !id || wrong !== "", loading: begin.isPending }}
      onOk={start}
      onCancel={close}
    >
      <div className="stack">
        {from && <p>{t("one.copyText")}</p>}
        <label>{t("list.newId")}<Input value={id} autoFocus status={wrong ? "error" : ""} onChange={(event) => setId(event.target.value)} /></label>
        {wrong && <p className="error" role="alert">{wrong}</p>}
        <label>{t("list.newTitle")}<Input value={zh} onChange={(event) => setZh(event.target.value)} /></label>
        <label>{t("list.newTitleEn")}<Input value={en} onChange={(event) => setEn(event.target.value)} /></label>
        {begin.error && <Sorry error={begin.error} />}
      </div>
    </Modal>
  );
}

/** What a sample hands on: all that it says but its end. */
function begun(from: JsonObject = {}): JsonObject {
  const { retired_at: _end, ...rest } = from;
  return rest;
}
