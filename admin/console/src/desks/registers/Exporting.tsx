// A register taken out as a table: what this person may read of it, no more.
import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isObject, type JsonObject } from "../../json/pointer";
import { saved } from "../case/Printing";
import { useAct } from "../data";
import { allRecords, MOST, type Register } from "./data";
import { csv } from "./tables";

export function Exporting({ register }: { register: Register }) {
  const { t } = useTranslation("desks");
  const { message } = App.useApp();
  const [read, setRead] = useState(0);
  const act = useAct(async () => {
    const records = await allRecords(register.id, setRead);
    const columns = Object.keys(isObject(register.schema.properties) ? register.schema.properties : {});
    saved(new Blob([csv(columns, records.map((one) => one.body as JsonObject))], { type: "text/csv;charset=utf-8" }), `${register.id}.csv`);
    if (records.length >= MOST) void message.warning(t("registers.cut", { n: MOST }));
  });
  return (
    <>
      <Button loading={act.isPending} onClick={() => void act.run()}>{t("registers.export")}</Button>
      {act.isPending && <span role="status" className="quiet">{t("registers.exporting", { n: read })}</span>}
      {act.error && <span role="alert" className="error">{act.error.message}</span>}
    </>
  );
}
