// All registers of the district, found by name.
import { Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "../../definitions/data";
import { text } from "../../forms/schema";
import { Asked, Heading } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import "../parts";

export default function RegistersPage() {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const [typed, setTyped] = useState("");
  const asked = useList("registers");
  const all = (asked.data ?? []).map((one) => ({ id: one.id, title: text(one.title, language) ?? one.id }));
  const found = all.filter((one) => `${one.id} ${one.title}`.toLowerCase().includes(typed.trim().toLowerCase()));
  return (
    <div className="desk">
      <Heading title={t("registers.title")} lead={t("registers.lead")} />
      <Input.Search className="search" aria-label={t("registers.find")} placeholder={t("registers.find")} allowClear onChange={(event) => setTyped(event.target.value)} />
      <Asked asked={asked}>
        <p className="quiet" role="status">{t("registers.count", { n: found.length })}</p>
        <ul className="tiles">{found.map((one) => <li key={one.id}><Link to={`/registers/${one.id}`}><strong>{one.title}</strong><code>{one.id}</code></Link></li>)}</ul>
      </Asked>
    </div>
  );
}
