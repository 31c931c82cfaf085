// What a case is tied to: its members, and links to other cases, records and definitions.
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { text } from "../../forms/schema";
import { Asked } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { type Case, useLinks } from "../data";

export function Linked({ one }: { one: Case }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const asked = useLinks(one.case_id, one.seq);
  const members = one.members ?? [];
  return (
    <>
      {members.length > 0 && (
        <section className="card" aria-labelledby="members">
          <h2 id="members">{t("linked.members")}</h2>
          <ul className="papers">
            {members.map((member) => (
              <li key={member.member}>
                <div className="paper-head">
                  {member.visible && member.case_id ? <Link to={`/cases/${member.case_id}`}>{text(member.title, language) ?? member.member} {member.number}</Link> : <strong>{text(member.title, language) ?? member.member}</strong>}
                  <span className="state">{t(`member.${member.standing}`)}</span>
                  {member.state?.map((state) => <span key={state.id} className="quiet">{text(state.title, language)}</span>)}
                  {member.due && <span className="quiet">{t("clocks.until", { at: member.due.slice(0, 16).replace("T", " ") })}</span>}
                </div>
                {member.code && <p className="error">{member.code}</p>}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="card" aria-labelledby="links">
        <h2 id="links">{t("linked.links")}</h2>
        <Asked asked={asked}>
          {asked.data?.length === 0 && <p className="quiet">{t("linked.none")}</p>}
          <ul className="papers">
            {asked.data?.map((link, place) => (
              <li key={place}>
                <span className="quiet">{text(link.relation ?? undefined, language) ?? link.rel}</span>{" "}
                {link.case_id ? <Link to={`/cases/${link.case_id}`}>{text(link.title, language)} {link.number ?? link.case_id}</Link> : link.register_id ? <Link to={`/registers/${link.register_id}/records/${encodeURIComponent(link.record_id ?? "")}`}>{link.register_id} {link.record_id}</Link> : <span>{text(link.title, language) ?? link.content_hash}</span>}
              </li>
            ))}
          </ul>
        </Asked>
      </section>
    </>
  );
}
