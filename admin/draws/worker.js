// Verifies beside the page, so that it stays responsive: bytes come in; steps, then a report or a fault, go out.
import { Fault } from "./verify/faults.js";
import { verify } from "./verify/verify.js";

self.addEventListener("message", async ({ data: bytes }) => {
  try {
    const report = await verify(bytes, { step: (step) => self.postMessage({ step }) });
    self.postMessage({ report });
  } catch (problem) {
    if (!(problem instanceof Fault)) throw problem;
    self.postMessage({ fault: { name: problem.name, code: problem.code, detail: problem.detail } });
  }
});
