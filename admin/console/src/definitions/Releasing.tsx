// The release of a draft and of those that go with it: at once, or at a time to come; by somebody who wrote in none of them.
import { answered, Refusal } from "@jisheng/api-client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Input, Radio } from "antd";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api } from "../api/client";
import { useSurroundings } from "../forms/context";
import type { JsonObject } from "../json/pointer";
import { SendOutlined } from "../shell/icons";
import { Sorry } from "../shell/parts";
import { RELEASING } from "../words/releasing";
import { type Draft, useSave } from "./data";

export function Releasing({ draft, together }: { draft: Draft; together: readonly string[] }) {
  const { t } = useTranslation();
  const w = RELEASING[useSurroundings().language];
  const { modal, message } = App.useApp();
  const [note, setNote] = useState("");
  const [later, setLater] = useState(false);
  const [at, setAt] = useState("");
  const release = useRelease(draft);
  const rebase = useSave(draft, `"${draft.rev}"`);
  const go = useNavigate();
  const [noteField, timeField] = [useId(), useId()];
  const word = later ? w.later : t("draft.release");
  const ask = () =>
    modal.confirm({
      title: later ? w.ask : t("draft.releaseAsk"), okText: word, cancelText: t("cancel"),
      onOk: () =>
        release.mutateAsync({ note: note.trim(), together, ...(later ? { at } : {}) }).then(
          () => {
            void message.success(later ? w.scheduled : t("draft.released"));
            go(later ? "/drafts" : `/definitions/${draft.kind}/${draft.id}`);
          },
          () => undefined, // said below
        ),
    });
  const outdated = release.error instanceof Refusal && release.error.code === "draft-outdated";
  return (
    <section className="card stack" aria-label={t("draft.release")}>
      <h2>{t("draft.release")}</h2>
      <label htmlFor={noteField}>{t("draft.note")}</label>
      <Input.TextArea id={noteField} placeholder={t("draft.noteHint")} autoSize={{ minRows: 2 }} value={note} onChange={(event) => setNote(event.target.value)} />
      <Radio.Group aria-label={w.when} value={later} onChange={(event) => setLater(event.target.value as boolean)} options={[{ value: false, label: w.now }, { value: true, label: w.later }]} />
      {later && (
        <>
          <label htmlFor={timeField}>{w.at}</label>
          <Input id={timeField} type="datetime-local" className="moment" value={at} onChange={(event) => setAt(event.target.value)} />
          <p className="help">{w.atHelp}</p>
        </>
      )}
      {release.error && <Refused error={release.error} />}
      {outdated && <Button onClick={() => rebase.mutate({ body: draft.body as JsonObject, rebase: true })}>{t("draft.rebase")}</Button>}
      <div><Button type="primary" icon={<SendOutlined />} disabled={later && !at} loading={release.isPending} onClick={ask}>{word}</Button></div>
    </section>
  );
}

function Refused({ error }: { error: Error }) {
  const { language } = useSurroundings();
  const errors = error instanceof Refusal ? (error.problem.errors ?? []) : [];
  return (
    <>
      <Sorry error={error} />
      {errors.map((one) => (
        <Alert key={`${one.pointer} ${one.code}`} type="error" title={`${one.pointer} ${one.messages?.[language] ?? one.message}`} />
      ))}
    </>
  );
}

interface Asked {
  note: string;
  together: readonly string[];
  /** As it is typed, in the district's time. */
  at?: string;
}

function useRelease(draft: Draft) {
  const cache = useQueryClient();
  const params = { path: { kind: draft.kind, definition_id: draft.id, draft_id: draft.draft_id } };
  return useMutation<unknown, Error, Asked>({
    mutationFn: ({ note, together, at }) => {
      const body = { ...(note ? { note } : {}), ...(together.length ? { with: [...together] } : {}) };
      if (at === undefined) return answered(api.POST("/v1/definitions/{kind}/{definition_id}/drafts/{draft_id}/releases", { params, body }));
      const due = `${at}:00${draft.at.slice(-6)}`; // the API says every instant in the district's zone
      return answered(api.POST("/v1/definitions/{kind}/{definition_id}/drafts/{draft_id}/schedules", { params, body: { ...body, due } }));
    },
    onSuccess: () => cache.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "draft" && query.queryKey[0] !== "kinds" }),
  });
}
