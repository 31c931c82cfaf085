// Somebody was faster: what has happened to the case since it was read, and what one may do now.
import type { Refusal } from "@jisheng/api-client";
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { text } from "../../forms/schema";
import { usePreferences } from "../../shell/preferences";
import { type Case, type Move, useEvents, useEventTitles } from "../data";
import { States, useSubject } from "../parts";

interface Props {
  one: Case;
  /** The number of the last event that was there when the case was read. */
  read: number;
  error: Refusal;
  still: boolean;
  lookedAt: () => void;
  choose: (move: Move) => void;
}

export function Since({ one, read, error, still, lookedAt, choose }: Props) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const title = useEventTitles();
  const subject = useSubject();
  const fresh = one.seq > read; // else it is being read again
  const events = useEvents(one.case_id, one.seq).data?.filter((event) => event.seq > read) ?? [];
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={t("since.title")}
      description={
        <>
          <p>{error.said(language)}</p>
          <ul className="since" aria-label={t("since.what")}>
            {events.map((event) => <li key={event.id}><time>{event.occurred_at.slice(5, 16).replace("T", " ")}</time> <strong>{title(event.type)}</strong> <span className="quiet">{subject(event.actor.person, event.actor)}</span></li>)}
          </ul>
          {fresh && <p>{t("since.now")} <States one={one} /></p>}
          {fresh && <div className="actions">
            {still && <Button type="primary" onClick={lookedAt}>{t("since.anyway")}</Button>}
            {!still && one.moves.map((move) => <Button key={move.move} onClick={() => choose(move)}>{text(move.title, language)}</Button>)}
          </div>}
          {fresh && !still && one.moves.length === 0 && <p>{t("since.nothing")}</p>}
        </>
      }
    />
  );
}
