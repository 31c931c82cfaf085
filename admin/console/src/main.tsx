// Begins the console: reads what the deployment says, then draws.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { readConfig } from "./shell/config";
import "./style.css";
import { speak } from "./words";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no root");
Promise.all([readConfig(), speak()]).then(
  ([config]) => createRoot(root).render(<StrictMode><App config={config} base={import.meta.env.BASE_URL} /></StrictMode>),
  (error: unknown) => {
    root.textContent = `无法启动，请刷新重试。The console cannot start: ${String(error)}`;
  },
);
