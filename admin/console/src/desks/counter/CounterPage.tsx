// The counter that takes anything 综合窗: for somebody present, any item; what it comes to is judged by who handles it.
import { Steps, Tabs } from "antd";
import { useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { text } from "../../forms/schema";
import { Heading, Sorry } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { listen, session } from "../../shell/session";
import { useItem } from "../data";
import "../parts";
import { Filing } from "./Filing";
import { Find } from "./Find";
import { Mandate } from "./Mandate";
import { Person, type Present } from "./Person";
import { Receipt, type Taken } from "./Receipt";

export default function CounterPage() {
  const { t } = useTranslation("desks");
  const tabs = [
    { key: "file", label: t("counter.file"), children: <Counter /> },
    { key: "mandate", label: t("counter.mandate"), children: <Mandate /> },
  ];
  return (
    <div className="desk">
      <Heading title={t("counter.title")} lead={t("counter.lead")} />
      <Tabs tabBarGutter={18} items={tabs} destroyOnHidden />
    </div>
  );
}

function Counter() {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const who = useSyncExternalStore(listen, session);
  const [present, setPresent] = useState<Present>();
  const [chosen, setChosen] = useState<string>();
  const [taken, setTaken] = useState<Taken>();
  const asked = useItem(chosen);
  const again = () => {
    setTaken(undefined);
    setChosen(undefined);
  };
  const step = taken ? 3 : chosen ? 2 : present ? 1 : 0;
  const steps = ["who", "item", "fill", "receipt"].map((name) => ({ title: t(`counter.steps.${name}`) }));
  if (!who) return null;
  return (
    <>
      <Steps className="wide counter-steps" size="small" current={step} items={steps} />
      <Person present={present} session={who} set={(one) => { setPresent(one); again(); }} />
      {present && !chosen && <Find subject={present.subject} choose={setChosen} />}
      {asked.error && <Sorry error={asked.error} retry={asked.refetch} />}
      {present && asked.data && !taken && (
        <Filing key={`${present.subject} ${asked.data.release}`} present={present} item={asked.data} taken={setTaken} back={again} title={text(asked.data.title, language) ?? asked.data.id} />
      )}
      {present && taken && <Receipt taken={taken} present={present} again={again} another={() => { again(); setPresent(undefined); }} />}
    </>
  );
}
