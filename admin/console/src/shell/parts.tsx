// Small pieces that every page has: its heading, what is being read, what went wrong.
import { Refusal } from "@jisheng/api-client";
import { Alert, Button, Spin } from "antd";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "./preferences";

/** The page's name: focus comes here when a page is opened, so that the keyboard and screen readers begin with it. */
export function Heading({ title, lead, children }: { title: string; lead?: ReactNode; children?: ReactNode }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t("brand")}`;
    heading.current?.focus({ preventScroll: true });
  }, [title, t]);
  return (
    <div className="heading">
      <div>
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {lead && <div className="lead">{lead}</div>}
      </div>
      <div className="actions">{children}</div>
    </div>
  );
}

interface Query {
  isPending: boolean;
  error: Error | null;
  refetch: () => unknown;
}

export function Asked({ asked, children }: { asked: Query; children: ReactNode }) {
  const { t } = useTranslation();
  if (asked.error) return <Sorry error={asked.error} retry={asked.refetch} />;
  if (asked.isPending) return <Reading label={t("loading")} />;
  return children;
}

export function Reading({ label }: { label: string }) {
  return <div className="reading" role="status"><Spin /> <span>{label}</span></div>;
}

export function Sorry({ error, retry }: { error: Error; retry?: () => unknown }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const said = error instanceof Refusal ? error.said(language) : error.message;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={said || t("failed")}
      action={retry && <Button size="small" onClick={() => retry()}>{t("retry")}</Button>}
    />
  );
}

/** An instant as the district's clocks show it: the API says it in the district's zone. */
export function When({ at }: { at: string }) {
  return <time dateTime={at}>{at.slice(0, 16).replace("T", " ")}</time>;
}
