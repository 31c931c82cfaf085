// A designer on a bench: what it hands on with each change is what the page would save.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { App, ConfigProvider } from "antd";
import { type ComponentType, useState } from "react";
import { SurroundingsProvider } from "../src/forms/context";
import type { DesignerProps } from "../src/designers/registry";
import type { JsonObject } from "../src/json/pointer";
import { KINDS } from "./pack";

const FACTS = [{ value: "credit-grade", label: "信用等级 credit-grade" }];

/** `beside`: what the server would answer for other definitions, by `kind/id`. */
export function designed(Designer: ComponentType<DesignerProps>, value: JsonObject, facts: Record<string, JsonObject> = {}, beside: Record<string, JsonObject> = {}) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  queries.setQueryData(["kinds"], KINDS);
  for (const [id, definition] of Object.entries(facts)) queries.setQueryData(["definition", "facts", id], { definition });
  for (const [key, definition] of Object.entries(beside)) queries.setQueryData(["definition", ...key.split("/")], { definition });
  const told: { last: JsonObject } = { last: value };
  function Page() {
    const [now, setNow] = useState(value);
    return <Designer value={now} readOnly={false} findings={[]} onChange={(made) => { told.last = made; setNow(made); }} />;
  }
  render(
    <ConfigProvider button={{ autoInsertSpace: false }}><App>
      <QueryClientProvider client={queries}>
        <SurroundingsProvider value={{ language: "zh", useChoices: (source) => (source === "facts" ? FACTS : []) }}><Page /></SurroundingsProvider>
      </QueryClientProvider>
    </App></ConfigProvider>,
  );
  return told;
}
