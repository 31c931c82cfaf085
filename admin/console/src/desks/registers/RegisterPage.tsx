// A register: its records, found by key or by words, brought in from a table and taken out as one.
import { Button, Input, Tabs } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { isObject, type Json, type JsonObject } from "../../json/pointer";
import { Asked, Heading, Reading } from "../../shell/parts";
import "../parts";
import { type RecordOf, type Register, useRecords, useRegister } from "./data";
import { Exporting } from "./Exporting";
import { Importing } from "./Importing";

export default function RegisterPage() {
  const { register: id = "" } = useParams();
  const { t } = useTranslation("desks");
  const asked = useRegister(id);
  if (!asked.register) return <><Heading title={id} /><Asked asked={asked}><Reading label={t("case.reading")} /></Asked></>;
  const { register } = asked;
  const tabs = [
    { key: "records", label: t("registers.records"), children: <Records register={register} /> },
    { key: "import", label: t("registers.import"), children: <Importing register={register} /> },
  ];
  return (
    <div className="desk">
      <Heading title={register.title} lead={<><Link to="/registers">{t("registers.title")}</Link> · {register.about}</>}><Exporting register={register} /></Heading>
      <Tabs items={tabs} destroyOnHidden />
    </div>
  );
}

function Records({ register }: { register: Register }) {
  const { t } = useTranslation("desks");
  const go = useNavigate();
  const [typed, setTyped] = useState("");
  const asked = useRecords(register.id);
  const all = asked.data?.pages.flatMap((page) => page.records) ?? [];
  const words = typed.trim().toLowerCase();
  const shown = words ? all.filter((one) => JSON.stringify([one.record_id, one.body]).toLowerCase().includes(words)) : all;
  const open = (key: string) => key.trim() && go(`/registers/${register.id}/records/${encodeURIComponent(key.trim())}`);
  return (
    <>
      <Input.Search className="search" aria-label={t("registers.search")} placeholder={t("registers.searchHint")} enterButton={t("registers.open")} allowClear onChange={(event) => setTyped(event.target.value)} onSearch={(key, _, from) => from?.source === "input" && open(key)} />
      <Asked asked={asked}>
        <p className="quiet" role="status">{t("registers.shown", { n: shown.length, of: all.length })}{asked.hasNextPage && ` ${t("queue.moreThere")}`}</p>
        {shown.length === 0 ? <p className="empty">{t("registers.none")}</p> : <Table register={register} records={shown} />}
        {asked.hasNextPage && <Button block onClick={() => void asked.fetchNextPage()} loading={asked.isFetchingNextPage}>{t("queue.more")}</Button>}
      </Asked>
    </>
  );
}

function Table({ register, records }: { register: Register; records: readonly RecordOf[] }) {
  const { t } = useTranslation("desks");
  const there = register.columns.filter((column) => records.some((one) => (one.body as JsonObject)[column.name] !== undefined));
  return (
    <table className="queue" role="table" aria-label={register.title}>
      <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">{t("registers.key")}</th>{there.map((column) => <th key={column.name} role="columnheader" scope="col">{column.title}</th>)}<th role="columnheader" scope="col">{t("registers.since")}</th></tr></thead>
      <tbody role="rowgroup">
        {records.map((one) => (
          <tr role="row" key={one.record_id}>
            <td role="cell"><Link className="number" to={`/registers/${register.id}/records/${encodeURIComponent(one.record_id)}`}>{one.record_id}</Link></td>
            {there.map((column) => <td role="cell" key={column.name} data-label={column.title}>{worded(register, column.name, (one.body as JsonObject)[column.name])}</td>)}
            <td role="cell" data-label={t("registers.since")}>{one.valid_from}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A value as the register's labels say it. */
function worded(register: Register, name: string, value: Json | undefined): string {
  if (value === undefined || value === null) return "—";
  const members = isObject(register.schema.properties) ? register.schema.properties : {};
  const labels = isObject(members[name]) ? (members[name]["x-labels"] ?? members[name]["x-enum-titles"]) : undefined;
  const label = isObject(labels) ? labels[String(value)] : undefined;
  if (isObject(label)) return String(label[document.documentElement.lang === "en" ? "en" : "zh"] ?? value);
  return typeof value === "boolean" ? (value ? "✓" : "✗") : String(value);
}
