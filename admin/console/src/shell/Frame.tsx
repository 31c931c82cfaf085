// The frame around every page: who I am, where I can go, language, light and dark; narrow screens fold the menu away.
import { LogoutOutlined, MenuOutlined } from "./icons";
import { Button, Drawer, Select } from "antd";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, Outlet, useLocation } from "react-router";
import { queries } from "../api/client";
import { useKinds } from "../definitions/data";
import { DeskMenu } from "../desks/routes";
import { Reading } from "./parts";
import { Safe } from "./Safe";
import { prefer, type Theme, usePreferences } from "./preferences";
import { end, type Session } from "./session";

const READS_DEFINITIONS = ["admin", "releaser", "auditor", "staff"];

export function Frame({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  return (
    <div className="frame">
      <a className="skip" href="#main">{t("skip")}</a>
      <header>
        <Button className="narrow" type="text" icon={<MenuOutlined />} aria-label={t("menu.open")} aria-expanded={open} onClick={() => setOpen(true)} />
        <NavLink to="/" className="brand">{t("brand")} <span className="wide">{t("console")}</span></NavLink>
        <Choices />
        <span className="who wide">{session.name}</span>
        <Button type="text" icon={<LogoutOutlined />} aria-label={t("signOut")} onClick={leave}>
          <span className="wide">{t("signOut")}</span>
        </Button>
      </header>
      <nav className="menu wide" aria-label={t("menu.kinds")}><Menu session={session} /></nav>
      <Drawer placement="left" size={280} open={open} onClose={() => setOpen(false)} title={session.name}>
        <nav className="menu" aria-label={t("menu.kinds")} onClick={() => setOpen(false)}><Menu session={session} /></nav>
      </Drawer>
      <main id="main" tabIndex={-1}>
        <Safe key={pathname}><Suspense fallback={<Reading label={t("loading")} />}><Outlet /></Suspense></Safe>
      </main>
    </div>
  );
}

function leave(): void {
  queries.clear(); // what the next person may not see
  end();
}

function Menu({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { kinds } = useKinds();
  const reads = session.roles.some((role) => READS_DEFINITIONS.includes(role));
  return (
    <>
      <NavLink to="/" end>{t("menu.home")}</NavLink>
      <DeskMenu session={session} />
      {reads && <h2>{t("menu.definitions")}</h2>}
      {reads && <NavLink to="/drafts">{t("menu.drafts")}</NavLink>}
      {reads && <NavLink to="/releases">{t("menu.releases")}</NavLink>}
      {reads && <NavLink to="/exchange">{t("menu.exchange")}</NavLink>}
      {kinds.length > 0 && <h2>{t("menu.kinds")}</h2>}
      {kinds.map((one) => <NavLink key={one.kind} to={`/definitions/${one.kind}`}>{one.title}</NavLink>)}
    </>
  );
}

export function Choices() {
  const { t } = useTranslation();
  const { language, theme } = usePreferences();
  const themes = (["system", "light", "dark"] as Theme[]).map((value) => ({ value, label: t(`theme.${value}`) }));
  return (
    <div className="choices">
      <Select<Theme> variant="borderless" aria-label={t("theme.label")} value={theme} options={themes} onChange={(chosen) => prefer({ theme: chosen })} popupMatchSelectWidth={false} />
      <Button type="text" lang={language === "zh" ? "en" : "zh-CN"} onClick={() => prefer({ language: language === "zh" ? "en" : "zh" })}>
        {t("language")}
      </Button>
    </div>
  );
}
