// A secret, shown this once.
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";

export function Secret({ secret }: { secret: string }) {
  const { t } = useTranslation("desks");
  return (
    <Alert type="warning" showIcon title={t("hooks.secretOnce")} description={<><code className="secret">{secret}</code> <Button size="small" onClick={() => void navigator.clipboard.writeText(secret)}>{t("hooks.copy")}</Button></>} />
  );
}
