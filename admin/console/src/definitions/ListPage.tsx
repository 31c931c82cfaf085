// The definitions of one kind: found by name or id, opened, or begun anew.
import { PlusOutlined, SearchOutlined } from "../shell/icons";
import { Button, Input } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { text } from "../forms/schema";
import { usePreferences } from "../shell/preferences";
import { Asked, Heading } from "../shell/parts";
import { Creating } from "./Creating";
import { type Entry, useKind, useList } from "./data";

export default function ListPage() {
  const { kind = "" } = useParams();
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [query, setQuery] = useState("");
  const [creating, setCreating] = useState(false);
  const wanted = useDeferredValue(query.trim().toLowerCase());
  const title = useKind(kind)?.title ?? kind;
  const asked = useList(kind);
  const fits = (one: Entry) => `${one.id} ${one.title?.zh ?? ""} ${one.title?.en ?? ""}`.toLowerCase().includes(wanted);
  const found = (asked.data ?? []).filter(fits);
  return (
    <>
      <Heading title={title}>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>{t("list.create")}</Button>
      </Heading>
      <Input
        className="search"
        type="search"
        prefix={<SearchOutlined />}
        aria-label={t("list.search")}
        placeholder={t("list.search")}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <Asked asked={asked}>
        <p role="status" className="quiet">{found.length ? t("list.count", { count: found.length }) : t("list.none", { kind: title })}</p>
        <ul className="rows">
          {found.map((one) => (
            <li key={one.id}>
              <Link to={`/definitions/${kind}/${one.id}`}>
                <strong>{text(one.title, language) ?? one.id}</strong>
                <code>{one.id}</code>
              </Link>
            </li>
          ))}
        </ul>
      </Asked>
      {creating && <Creating kind={kind} close={() => setCreating(false)} />}
    </>
  );
}
