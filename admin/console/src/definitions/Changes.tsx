// What a draft changes in what is published, what goes with it, and its release: by somebody who wrote nothing in it.
import { answered } from "@jisheng/api-client";
import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { Difference } from "../json/difference";
import { Asked } from "../shell/parts";
import { session } from "../shell/session";
import { Companions } from "./Companions";
import { Differences } from "./Differences";
import { type Check, type Draft, type Kind } from "./data";
import { Impact } from "./Findings";
import { Releasing } from "./Releasing";

interface Props {
  kind: Kind;
  draft: Draft;
  unsaved: boolean;
  check?: Check;
  checking: ReactNode;
  /** Drafts that are checked and released as one with this one. */
  together: readonly string[];
  gather: (drafts: string[]) => void;
}

/** `checking` is the button that asks the gate: nobody releases without having seen what it touches. */
export function Changes({ kind, draft, unsaved, check, checking, together, gather }: Props) {
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
      <Companions draft={draft} chosen={together} choose={gather} check={check} />
      {check && <Impact check={check} />}
      <Next draft={draft} check={check} checking={checking} together={together} />
    </div>
  );
}

/** What may be done with it now: somebody who wrote nothing in it checks it, sees what it touches, and releases it. */
function Next({ draft, check, checking, together }: Pick<Props, "draft" | "check" | "checking" | "together">) {
  const { t } = useTranslation();
  if (!draft.may?.includes("release")) {
    return draft.editors.includes(session()?.subject ?? "") && <p>{t("draft.secondPerson")}</p>;
  }
  if (check?.status === "passed") return <Releasing draft={draft} together={together} />;
  return <section className="card stack"><p>{t("draft.checkFirst")}</p><div>{checking}</div></section>;
}
