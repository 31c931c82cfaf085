// A case on an official's desk: what was asked, with what, what happened, how time stands, and what one may do now.
import { App, Button, Tabs } from "antd";
import { useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { text } from "../../forms/schema";
import { Asked, Heading, Reading } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { listen, session } from "../../shell/session";
import { type Case, useActs, useCase, useItem } from "../data";
import { Light, States, useSubject } from "../parts";
import { standing } from "../lights";
import { Application } from "./Application";
import { Claiming } from "./Claiming";
import { Clocks } from "./Clocks";
import { Linked } from "./Linked";
import { Moves } from "./Moves";
import { Papers } from "./Papers";
import { Timeline } from "./Timeline";

export default function CasePage() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const asked = useCase(id);
  if (!asked.data) return <><Heading title={t("loading")} /><Asked asked={asked}><Reading label={t("loading")} /></Asked></>;
  return <Desk key={asked.data.body.case_id} one={asked.data.body} etag={asked.data.etag} refresh={() => void asked.refetch()} />;
}

function Desk({ one, etag, refresh }: { one: Case; etag: string; refresh: () => void }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const item = useItem(one.item_id, one.release).data;
  const acts = useActs();
  const subject = useSubject();
  const [tab, setTab] = useState("application");
  const { light } = standing(one);
  const applicant = one.parties[0];
  const tabs = [
    { key: "application", label: t("case.application"), children: <Application one={one} item={item} /> },
    { key: "timeline", label: t("case.timeline"), children: <Timeline one={one} item={item} /> },
    { key: "papers", label: t("case.papers"), children: <Papers one={one} etag={etag} acts={acts} /> },
    { key: "linked", label: t("case.linked"), children: <Linked one={one} /> },
  ];
  return (
    <div className="desk">
      <Heading
        title={`${text(one.title, language)} · ${one.number}`}
        lead={
          <>
            <Link to={`/queue?desk=${one.department}.${one.window}`}>{t("case.back")}</Link>
            {applicant && <> · {applicant.name ?? subject(applicant.subject)}</>} · {t("case.opened", { at: one.opened_at.slice(0, 16).replace("T", " ") })} · {t(`channel.${one.channel}`, { defaultValue: one.channel })}
          </>
        }
      >
        <Copy number={one.number} />
        <Button onClick={refresh}>{t("case.refresh")}</Button>
      </Heading>
      <p className="standing-line"><States one={one} /> <Light light={light} />{one.outcome && <span className="quiet">{t("case.closed", { at: (one.closed_at ?? "").slice(0, 10) })}</span>}</p>
      <div className="case">
        <aside className="beside-case" aria-label={t("case.desk")}>
          <Moves one={one} etag={etag} item={item} acts={acts} />
          <Clocks one={one} />
          <Who one={one} acts={acts} />
        </aside>
        <Tabs className="case-tabs" tabBarGutter={18} activeKey={tab} onChange={setTab} items={tabs} destroyOnHidden />
      </div>
    </div>
  );
}

function Copy({ number }: { number: string }) {
  const { t } = useTranslation("desks");
  const { message } = App.useApp();
  return <Button onClick={() => void navigator.clipboard.writeText(number).then(() => message.success(t("case.copied")))}>{t("case.copy")}</Button>;
}

function Who({ one, acts }: { one: Case; acts: ReturnType<typeof useActs> }) {
  const who = useSyncExternalStore(listen, session);
  return who?.roles.includes("staff") && !one.outcome ? <Claiming one={one} acts={acts} me={who.subject} /> : null;
}
