// Lights by department as bars. The same numbers stand beside it as a table: the picture is for eyes alone.
import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use as include } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useDark } from "../../shell/preferences";
import type { LightName } from "../lights";

include([BarChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const COLOURS: Record<LightName, string> = { overdue: "#9b1c14", red: "#d8463c", yellow: "#e0a526", green: "#2f9e57", paused: "#8394b0", stopped: "#c3cddd" };

interface Props {
  departments: readonly { title: string; lights: Record<LightName, number> }[];
  lights: readonly LightName[];
  label: string;
}

export default function Chart({ departments, lights, label }: Props) {
  const { t } = useTranslation("desks");
  const dark = useDark();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return;
    const drawn = init(place.current, dark ? "dark" : undefined, { renderer: "canvas" });
    const rows = [...departments].reverse();
    drawn.setOption({
      backgroundColor: "transparent",
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      grid: { left: 8, right: 24, top: 36, bottom: 8, containLabel: true },
      legend: { type: "scroll", top: 0, left: 0, itemGap: 16 },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
      xAxis: { type: "value", minInterval: 1 },
      yAxis: { type: "category", data: rows.map((one) => one.title), axisLabel: { width: place.current.clientWidth < 500 ? 110 : 180, overflow: "truncate", fontSize: 13 } },
      series: lights.map((light) => ({ name: t(`light.${light}`), type: "bar", stack: "cases", barMaxWidth: 22, itemStyle: { color: COLOURS[light] }, data: rows.map((one) => one.lights[light]) })),
    });
    const fit = new ResizeObserver(() => drawn.resize());
    fit.observe(place.current);
    return () => {
      fit.disconnect();
      drawn.dispose();
    };
  }, [departments, lights, dark, t]);
  return <div ref={place} className="chart" role="img" aria-label={label} style={{ height: 60 + departments.length * 34 }} />;
}
