// The desks' places in the console: what is fetched when one of them is opened, and who finds which in the menu.
import { useQuery } from "@tanstack/react-query";
import { answered } from "@jisheng/api-client";
import { lazy } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, Route } from "react-router";
import { api } from "../api/client";
import type { Session } from "../shell/session";

const QueuePage = lazy(() => import("./queue/QueuePage"));
const CasePage = lazy(() => import("./case/CasePage"));
const CounterPage = lazy(() => import("./counter/CounterPage"));
const RegistersPage = lazy(() => import("./registers/RegistersPage"));
const RegisterPage = lazy(() => import("./registers/RegisterPage"));
const RecordPage = lazy(() => import("./registers/RecordPage"));
const WebhooksPage = lazy(() => import("./webhooks/WebhooksPage"));
const SubscriptionPage = lazy(() => import("./webhooks/SubscriptionPage"));
const DrawsPage = lazy(() => import("./draws/DrawsPage"));
const BoardPage = lazy(() => import("./board/BoardPage"));
const PlanPage = lazy(() => import("./board/PlanPage"));

export const deskRoutes = (
  <>
    <Route path="queue" element={<QueuePage />} />
    <Route path="cases/:id" element={<CasePage />} />
    <Route path="counter" element={<CounterPage />} />
    <Route path="registers" element={<RegistersPage />} />
    <Route path="registers/:register" element={<RegisterPage />} />
    <Route path="registers/:register/records/:record" element={<RecordPage />} />
    <Route path="webhooks" element={<WebhooksPage />} />
    <Route path="webhooks/:subscription" element={<SubscriptionPage />} />
    <Route path="draw-hall" element={<DrawsPage />} />
    <Route path="board" element={<BoardPage />} />
    <Route path="plan" element={<PlanPage />} />
  </>
);

/** The posts that one holds today and the queues that one may read; nothing for who is no official. */
export function useMyDesks(session: Session | undefined) {
  return useQuery({
    queryKey: ["desks", session?.subject],
    enabled: session?.roles.includes("staff") ?? false,
    staleTime: 300_000,
    queryFn: () => answered(api.GET("/v1/queues")),
  });
}

const OFFICIALS = ["staff", "admin", "releaser", "auditor"];

/** Where a person can go, by roles and by the posts of the day. */
export function usePlaces(session: Session): { to: string; word: string }[] {
  const { data } = useMyDesks(session);
  const official = session.roles.some((role) => OFFICIALS.includes(role));
  const desks = (data?.desks.length ?? 0) > 0;
  const counter = data?.posts.some(({ post }) => post === "window") ?? false;
  return [
    desks && { to: "/queue", word: "queue" },
    counter && { to: "/counter", word: "counter" },
    desks && { to: "/board", word: "board" },
    official && { to: "/registers", word: "registers" },
    official && { to: "/draw-hall", word: "draws" },
    session.roles.includes("integrator") && { to: "/webhooks", word: "webhooks" },
    official && { to: "/plan", word: "plan" },
  ].filter((one) => one !== false);
}

export function DeskMenu({ session }: { session: Session }) {
  const { t } = useTranslation();
  const places = usePlaces(session);
  if (!places.length) return null;
  return (
    <>
      <h2>{t("menu.desks")}</h2>
      {places.map(({ to, word }) => <NavLink key={to} to={to}>{t(`menu.${word}`)}</NavLink>)}
    </>
  );
}
