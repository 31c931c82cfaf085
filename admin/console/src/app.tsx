// The console: routes, language, theme, and who is signed in.
import { App as Antd, ConfigProvider, theme as themes } from "antd";
import enUS from "antd/es/locale/en_US";
import zhCN from "antd/es/locale/zh_CN";
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, useEffect, useMemo, useSyncExternalStore } from "react";
import { I18nextProvider, useTranslation } from "react-i18next";
import { BrowserRouter, Navigate, Route, Routes, useLocation } from "react-router";
import { queries } from "./api/client";
import { useChoices } from "./definitions/data";
import { deskRoutes } from "./desks/routes";
import { SurroundingsProvider } from "./forms/context";
import type { Config } from "./shell/config";
import { Choices, Frame } from "./shell/Frame";
import { Home } from "./shell/Home";
import { Heading } from "./shell/parts";
import { useDark, usePreferences } from "./shell/preferences";
import { listen, session } from "./shell/session";
import { SignIn } from "./shell/SignIn";
import { i18n } from "./words";

const ListPage = lazy(() => import("./definitions/ListPage"));
const DefinitionPage = lazy(() => import("./definitions/DefinitionPage"));
const DraftPage = lazy(() => import("./definitions/DraftPage"));
const DraftsPage = lazy(() => import("./definitions/DraftsPage"));
const ExchangePage = lazy(() => import("./definitions/ExchangePage"));
const ReleasesPage = lazy(() => import("./definitions/ReleasesPage"));

// What is written in the brand's colour on a dark ground, where the colour of buttons would be too dim to read.
const LIT = {
  Tabs: { itemSelectedColor: "#6cb8ea", itemHoverColor: "#6cb8ea", itemActiveColor: "#6cb8ea", inkBarColor: "#6cb8ea" },
};

export function App({ config, base }: { config: Config; base: string }) {
  const dark = useDark();
  const { language } = usePreferences();
  const surroundings = useMemo(() => ({ language, useChoices }), [language]);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    void i18n.changeLanguage(language);
  }, [dark, language]);
  const theme = {
    algorithm: dark ? themes.darkAlgorithm : themes.defaultAlgorithm,
    components: dark ? LIT : {},
    token: { colorPrimary: dark ? "#2b7fb8" : "#0b5c8f", colorLink: dark ? "#6cb8ea" : "#0b5c8f", colorError: dark ? "#ff7875" : "#cf1322", colorTextPlaceholder: dark ? "#a9b6cc" : "#5b6880", fontSize: 15, borderRadius: 8 },
  };
  return (
    <I18nextProvider i18n={i18n}>
      <ConfigProvider locale={language === "zh" ? zhCN : enUS} theme={theme} button={{ autoInsertSpace: false }}>
        <Antd>
          <QueryClientProvider client={queries}>
            <SurroundingsProvider value={surroundings}>
              <BrowserRouter basename={base}><Pages config={config} /></BrowserRouter>
            </SurroundingsProvider>
          </QueryClientProvider>
        </Antd>
      </ConfigProvider>
    </I18nextProvider>
  );
}

function Pages({ config }: { config: Config }) {
  const who = useSyncExternalStore(listen, session);
  const { pathname, search } = useLocation();
  if (!who) {
    const elsewhere = pathname !== "/sign-in";
    if (elsewhere) return <Navigate to="/sign-in" state={{ from: pathname + search }} replace />;
    return <><div className="corner"><Choices /></div><SignIn config={config} /></>;
  }
  return (
    <Routes>
      <Route element={<Frame session={who} />}>
        <Route index element={<Home session={who} />} />
        {deskRoutes}
        <Route path="drafts" element={<DraftsPage />} />
        <Route path="releases" element={<ReleasesPage />} />
        <Route path="exchange" element={<ExchangePage />} />
        <Route path="definitions/:kind" element={<ListPage />} />
        <Route path="definitions/:kind/:id" element={<DefinitionPage />} />
        <Route path="definitions/:kind/:id/drafts/:draft" element={<DraftPage />} />
        <Route path="sign-in" element={<Navigate to="/" replace />} />
        <Route path="*" element={<Missing />} />
      </Route>
    </Routes>
  );
}

function Missing() {
  const { t } = useTranslation();
  return <Heading title={t("notFound")} />;
}
