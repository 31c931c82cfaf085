// Any item of the catalogue that somebody can apply for, found by words.
import { answered } from "@jisheng/api-client";
import { useQuery } from "@tanstack/react-query";
import { Input } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { text } from "../../forms/schema";
import { Asked } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { useOrganisation } from "../data";

export function Find({ subject, choose }: { subject: string; choose: (item: string) => void }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const { nodeTitle } = useOrganisation();
  const [typed, setTyped] = useState("");
  const q = useDeferredValue(typed.trim());
  const audience = subject.startsWith("enterprise:") ? "enterprise" : "person";
  const asked = useQuery({
    queryKey: ["catalogue", q, audience],
    queryFn: () => answered(api.GET("/v1/items", { params: { query: { ...(q ? { q } : {}), audience, limit: 60 } } })),
    placeholderData: (before) => before,
  });
  const items = (asked.data?.items ?? []).filter((one) => one.mode === "case");
  return (
    <section className="card" aria-labelledby="find">
      <h2 id="find">{t("counter.find")}</h2>
      <Input.Search size="large" aria-label={t("counter.search")} placeholder={t("counter.searchHint")} value={typed} allowClear onChange={(event) => setTyped(event.target.value)} />
      <Asked asked={asked}>
        <p className="quiet" role="status">{t("counter.found", { n: items.length })}</p>
        <ul className="found">
          {items.map((one) => (
            <li key={one.id}>
              <button type="button" onClick={() => choose(one.id)}>
                <strong>{text(one.title, language)}</strong>
                <span className="quiet">{nodeTitle(one.department ?? "")}</span>
                <span className="quiet about">{text(one.description, language)}</span>
              </button>
            </li>
          ))}
        </ul>
      </Asked>
    </section>
  );
}
