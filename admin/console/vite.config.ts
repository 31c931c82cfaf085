import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/admin/",
  logLevel: "warn",
  plugins: [react()],
  build: { manifest: true, target: "es2022", chunkSizeWarningLimit: 1500, reportCompressedSize: false },
  server: { proxy: { "/v1": process.env.API ?? "http://127.0.0.1:8000" } },
  test: { include: ["test/**/*.test.{ts,tsx}"], testTimeout: 120_000 },
});
