// Everything that is being written and waits for its release.
import { useTranslation } from "react-i18next";
import { Asked, Heading } from "../shell/parts";
import { DraftRows } from "./DraftRows";
import { useDrafts } from "./data";
import { ScheduledReleases } from "./Scheduled";

export default function DraftsPage() {
  const { t } = useTranslation();
  const asked = useDrafts();
  return (
    <>
      <Heading title={t("menu.drafts")} />
      <Asked asked={asked}>
        {asked.data?.length ? <DraftRows drafts={[...asked.data].reverse()} /> : <p className="quiet">{t("draft.none")}</p>}
      </Asked>
      <ScheduledReleases />
    </>
  );
}
