// Drafts as rows: of what, by whom, since when.
import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { When } from "../shell/parts";
import { session } from "../shell/session";
import { type DraftEntry, useKinds } from "./data";

export function DraftRows({ drafts }: { drafts: DraftEntry[] }) {
  const { t } = useTranslation();
  const { kinds } = useKinds();
  const me = session();
  const titles = new Map(kinds.map((one) => [one.kind, one.title]));
  return (
    <ul className="rows">
      {drafts.map((one) => (
        <li key={one.draft_id}>
          <Link to={`/definitions/${one.kind}/${one.id}/drafts/${one.draft_id}`}>
            <strong>{titles.get(one.kind) ?? one.kind} · {one.id}</strong>
            <span className="quiet">
              {one.editors.includes(me?.subject ?? "") && <Tag color="blue">{t("draft.mine")}</Tag>}
              {t("draft.by")} {one.editors.join("、")} · <When at={one.at} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
