// Who has a case in hand: take it, give it back, hand it over to a colleague.
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sorry } from "../../shell/parts";
import { type Case, useAct, type useActs, useOrganisation } from "../data";
import { useSubject } from "../parts";

interface Props {
  one: Case;
  acts: ReturnType<typeof useActs>;
  me: string;
}

export function Claiming({ one, acts, me }: Props) {
  const { t } = useTranslation("desks");
  const subject = useSubject();
  const [handing, setHanding] = useState(false);
  const claim = useAct(acts.claim);
  const back = useAct(acts.handBack);
  const mine = one.claim?.by === me;
  const error = claim.error ?? back.error;
  const give = (to: string) => void claim.run(one.case_id, to).then((done) => done && setHanding(false));
  return (
    <section className="card" aria-labelledby="claiming">
      <h2 id="claiming">{t("claim.title")}</h2>
      <p>
        {one.claim ? <><strong>{mine ? t("claim.me") : subject(one.claim.by)}</strong> <span className="quiet">{t("claim.until", { at: one.claim.until.slice(5, 16).replace("T", " ") })}</span></> : <span className="quiet">{t("claim.nobody")}</span>}
      </p>
      <div className="actions">
        {!mine && <Button onClick={() => void claim.run(one.case_id)} loading={claim.isPending}>{t("claim.take")}</Button>}
        {mine && <Button onClick={() => void back.run(one.case_id)} loading={back.isPending}>{t("claim.back")}</Button>}
        <Button aria-expanded={handing} onClick={() => setHanding(!handing)}>{t("claim.give")}</Button>
      </div>
      {handing && <Colleague department={one.department} window={one.window} choose={give} busy={claim.isPending} />}
      {error && <Sorry error={error} />}
    </section>
  );
}

/** A colleague of the organ that handles the case. */
export function Colleague({ department, window, choose, busy }: { department: string; window: string; choose: (to: string) => void; busy?: boolean }) {
  const { t } = useTranslation("desks");
  const { people } = useOrganisation();
  const subject = useSubject();
  const [to, setTo] = useState<string>();
  const options = [...people]
    .filter(([, held]) => held.some((one) => one.node === department || one.node === window))
    .map(([who]) => ({ value: who, label: subject(who) }));
  return (
    <div className="stack colleague">
      <Select aria-label={t("claim.colleague")} placeholder={t("claim.colleague")} showSearch={{ optionFilterProp: "label" }} options={options} value={to} onChange={setTo} />
      <Button type="primary" disabled={!to} loading={busy} onClick={() => to && choose(to)}>{t("claim.hand")}</Button>
    </div>
  );
}
