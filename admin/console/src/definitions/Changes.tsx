// What a draft changes in what is published, and its release: by somebody who wrote nothing in it.
import { Refusal } from "@jisheng/api-client";
import { SendOutlined } from "../shell/icons";
import { Alert, App, Button, Input } from "antd";
import { useQuery } from "@tanstack/react-query";
import { answered } from "@jisheng/api-client";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api } from "../api/client";
import type { Difference } from "../json/difference";
import type { JsonObject } from "../json/pointer";
import { Asked, Sorry } from "../shell/parts";
import { usePreferences } from "../shell/preferences";
import { session } from "../shell/session";
import { Differences } from "./Differences";
import { type Check, type Draft, type Kind, useRelease, useSave } from "./data";
import { Impact } from "./Findings";

interface Props {
  kind: Kind;
  draft: Draft;
  unsaved: boolean;
  check?: Check;
  checking: ReactNode;
}

/** `checking` is the button that asks the gate: nobody releases without having seen what it touches. */
export function Changes({ kind, draft, unsaved, check, checking }: Props) {
  const { t } = useTranslation();
  const asked = useQuery({
    queryKey: ["differences", draft.draft_id, draft.rev],
    queryFn: () =>
      answered(api.GET("/v1/definitions/{kind}/{definition_id}/drafts/{draft_id}/differences", {
        params: { path: { kind: draft.kind, definition_id: draft.id, draft_id: draft.draft_id } },
      })),
  });
  return (
    <div className="stack">
      {unsaved && <Alert type="warning" showIcon title={t("draft.unsaved")} />}
      {!draft.base_hash && <p className="quiet">{t("draft.newOne")}</p>}
      <Asked asked={asked}>
        <Differences differences={(asked.data?.differences ?? []) as Difference[]} schema={kind.schema} none={t("draft.noChanges")} />
      </Asked>
      {check && <Impact check={check} />}
      <Next draft={draft} check={check} checking={checking} />
    </div>
  );
}

/** What may be done with it now: somebody who wrote nothing in it checks it, sees what it touches, and releases it. */
function Next({ draft, check, checking }: Pick<Props, "draft" | "check" | "checking">) {
  const { t } = useTranslation();
  if (!draft.may?.includes("release")) {
    return draft.editors.includes(session()?.subject ?? "") && <p>{t("draft.secondPerson")}</p>;
  }
  if (check?.status === "passed") return <Releasing draft={draft} />;
  return <section className="card stack"><p>{t("draft.checkFirst")}</p><div>{checking}</div></section>;
}

function Releasing({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { modal, message } = App.useApp();
  const [note, setNote] = useState("");
  const release = useRelease(draft);
  const rebase = useSave(draft, `"${draft.rev}"`);
  const go = useNavigate();
  const field = useId();
  const error = release.error;
  const ask = () =>
    modal.confirm({
      title: t("draft.releaseAsk"), okText: t("draft.release"), cancelText: t("cancel"),
      onOk: () =>
        release.mutateAsync(note.trim()).then(
          () => {
            void message.success(t("draft.released"));
            go(`/definitions/${draft.kind}/${draft.id}`);
          },
          () => undefined, // said below
        ),
    });
  const outdated = error instanceof Refusal && error.code === "draft-outdated";
  return (
    <section className="card stack">
      <h2>{t("draft.release")}</h2>
      <label htmlFor={field}>{t("draft.note")}</label>
      <Input.TextArea id={field} placeholder={t("draft.noteHint")} autoSize={{ minRows: 2 }} value={note} onChange={(event) => setNote(event.target.value)} />
      {error && <Sorry error={error} />}
      {error instanceof Refusal && error.problem.errors?.map((one) => (
        <p key={`${one.pointer} ${one.code}`} className="error">{one.pointer} {one.messages?.[language] ?? one.message}</p>
      ))}
      {outdated && <Button onClick={() => rebase.mutate({ body: draft.body as JsonObject, rebase: true })}>{t("draft.rebase")}</Button>}
      <div><Button type="primary" icon={<SendOutlined />} loading={release.isPending} onClick={ask}>{t("draft.release")}</Button></div>
    </section>
  );
}
