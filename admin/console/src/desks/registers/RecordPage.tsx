// A record: as it is now, as it was on a day, every version that it ever had, and what it is tied to.
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { text } from "../../forms/schema";
import type { JsonObject } from "../../json/pointer";
import { Asked, Heading, Reading } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { Shown } from "../forms/Shown";
import "../parts";
import { type Register, useHistory, useRecord, useRecordLinks, useRegister } from "./data";

export default function RecordPage() {
  const { register: id = "", record = "" } = useParams();
  const { t } = useTranslation("desks");
  const asked = useRegister(id);
  if (!asked.register) return <><Heading title={record} /><Asked asked={asked}><Reading label={t("case.reading")} /></Asked></>;
  return <One key={record} register={asked.register} record={record} />;
}

function One({ register, record }: { register: Register; record: string }) {
  const { t } = useTranslation("desks");
  const [day, setDay] = useState("");
  const asked = useRecord(register.id, record, day || undefined);
  const one = asked.data?.body;
  return (
    <div className="desk">
      <Heading title={record} lead={<><Link to="/registers">{t("registers.title")}</Link> · <Link to={`/registers/${register.id}`}>{register.title}</Link></>}>
        <label className="as-of">{t("registers.asOf")} <Input type="date" value={day} onChange={(event) => setDay(event.target.value)} /></label>
        {day && <Button onClick={() => setDay("")}>{t("registers.today")}</Button>}
      </Heading>
      <section className="card" aria-labelledby="record">
        <Asked asked={asked}>
          <h2 id="record">{t("registers.record")} {one && <span className="quiet">{t("registers.version", { n: one.revision, from: one.valid_from })}</span>}</h2>
          {one?.masked && <p className="hint">{t("registers.masked")}</p>}
          {one && <Shown schema={register.schema} value={one.body as JsonObject} />}
        </Asked>
      </section>
      <History register={register} record={record} />
      <Tied register={register} record={record} />
    </div>
  );
}

function History({ register, record }: { register: Register; record: string }) {
  const { t } = useTranslation("desks");
  const asked = useHistory(register.id, record);
  const versions = [...(asked.data?.versions ?? [])].sort((a, b) => b.revision - a.revision);
  return (
    <section className="card" aria-labelledby="versions">
      <h2 id="versions">{t("registers.history")}</h2>
      <Asked asked={asked}>
        <ul className="papers">
          {versions.map((version, place) => (
            <li key={version.revision}>
              <details open={place === 0 && versions.length > 1}>
                <summary><strong>{t("registers.version", { n: version.revision, from: version.valid_from })}</strong></summary>
                <Changed register={register} now={version.body as JsonObject} before={versions[place + 1]?.body as JsonObject | undefined} />
              </details>
            </li>
          ))}
        </ul>
      </Asked>
    </section>
  );
}

/** Of a version what it changed; of the first one all of it. */
function Changed({ register, now, before }: { register: Register; now: JsonObject; before: JsonObject | undefined }) {
  const { t } = useTranslation("desks");
  const names = Object.keys({ ...before, ...now }).filter((name) => JSON.stringify(now[name]) !== JSON.stringify(before?.[name]));
  const part = (body: JsonObject) => Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name))) as JsonObject;
  if (!before) return <Shown schema={register.schema} value={now} />;
  if (!names.length) return <p className="quiet">{t("registers.same")}</p>;
  return (
    <div className="two">
      <div className="side before"><span className="side-name">{t("registers.before")}</span><Shown schema={register.schema} value={part(before)} /></div>
      <div className="side after"><span className="side-name">{t("registers.after")}</span><Shown schema={register.schema} value={part(now)} /></div>
    </div>
  );
}

function Tied({ register, record }: { register: Register; record: string }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const { data } = useRecordLinks(register.id, record);
  if (!data?.links.length) return null;
  return (
    <section className="card" aria-labelledby="tied">
      <h2 id="tied">{t("linked.links")}</h2>
      <ul className="papers">
        {data.links.map((link, place) => (
          <li key={place}><span className="quiet">{text(link.relation ?? undefined, language) ?? link.rel}</span> {link.case_id && link.visible ? <Link to={`/cases/${link.case_id}`}>{text(link.title, language)} {link.number}</Link> : <span>{text(link.title, language) ?? link.record_id ?? link.case_id}</span>}</li>
        ))}
      </ul>
    </section>
  );
}
