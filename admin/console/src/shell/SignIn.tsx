// Signing in: at the city's identity service, or on one's own machine as a demo person.
import { Button, Select } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import type { Config } from "./config";
import { leaving, returned } from "./oidc";
import { Sorry } from "./parts";
import { usePreferences } from "./preferences";
import { begin } from "./session";

interface Person {
  subject: string;
  name: { zh: string; en: string };
  roles: string[];
  department?: string;
}

export function SignIn({ config }: { config: Config }) {
  const { t } = useTranslation();
  return (
    <main className="sign-in" id="main">
      <h1>{t("brand")} · {t("console")}</h1>
      <p className="lead">{t("signIn.lead")}</p>
      {config.sign_in === "demo" ? <Demo /> : <Identity config={config} />}
    </main>
  );
}

function Demo() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const go = useNavigate();
  const [people, setPeople] = useState<Person[]>();
  const [chosen, setChosen] = useState<string>();
  const [error, setError] = useState<Error>();
  useEffect(() => {
    ask<{ people: Person[] }>("/v1/dev/people").then((said) => setPeople(said.people), setError);
  }, []);
  const enter = async () => {
    const person = people?.find((one) => one.subject === chosen);
    if (!person) return;
    const { subject, roles, department } = person;
    const body = JSON.stringify({ subject, roles, department, name: person.name[language] });
    const headers = { "Content-Type": "application/json" };
    await ask<{ token: string }>("/v1/dev/tokens", { method: "POST", body, headers }).then(({ token }) => {
      begin(token, person.name[language]);
      go("/");
    }, setError);
  };
  const options = people?.map((one) => ({ value: one.subject, label: `${one.name[language]}（${one.subject.replace("person:", "")}）` }));
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); void enter(); }}>
      <p>{t("signIn.demo")}</p>
      <label htmlFor="person">{t("signIn.person")}</label>
      <Select
        id="person"
        size="large"
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("signIn.search")}
        options={options}
        loading={!people && !error}
        disabled={!people}
        value={chosen}
        onChange={setChosen}
      />
      <Button type="primary" size="large" htmlType="submit" disabled={!chosen}>{t("signIn.go")}</Button>
      {error && <Sorry error={error} />}
    </form>
  );
}

function Identity({ config }: { config: Extract<Config, { sign_in: "oidc" }> }) {
  const { t } = useTranslation();
  const { search, state } = useLocation();
  const go = useNavigate();
  const [error, setError] = useState<Error>();
  const taken = useRef(false); // a code is good once, and effects may run twice
  useEffect(() => {
    if (!new URLSearchParams(search).has("state") || taken.current) return;
    taken.current = true;
    returned(config, search).then(({ token, back }) => {
      begin(token);
      go(back, { replace: true });
    }, setError);
  }, [config, search, go]);
  const leave = () => leaving(config, (state as { from?: string } | null)?.from ?? "/").then((to) => location.assign(to), setError);
  return (
    <div className="stack">
      <p>{t("signIn.oidc")}</p>
      <Button type="primary" size="large" onClick={leave}>{t("signIn.go")}</Button>
      {error && <Sorry error={error} />}
    </div>
  );
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(path, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}
