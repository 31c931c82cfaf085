// Every screen there is, at both widths: who may see a place goes there; of every kind its list, one definition with all tabs,
// a draft of it with every part, so that each designer opens.   node screens.mjs <address of the console> <folder for pictures>
//   <{"places": {person: [paths]}, "kinds": {kind: id of the definition to open}}>
import { ADDRESS, FOLDER, GIVEN, played } from "./stage.mjs";

const SIZES = [[1440, 900], [390, 844]];
const { places, kinds } = JSON.parse(GIVEN[0]);

await played(ADDRESS, FOLDER, async (stage) => {
  Object.assign(stage.seen.steps, { paths: [], parts: {}, broken: [] });
  await stage.opens(...SIZES[0]);
  for (const width of SIZES) {
    await stage.opens(...width);
    await sees(stage, "/sign-in");
  }
  for (const [who, paths] of Object.entries(places)) {
    const session = await stage.signsIn(who);
    for (const width of SIZES) {
      await stage.opens(...width, session);
      for (const path of paths) await sees(stage, path);
    }
    await stage.opens(...SIZES[0]);
  }
  const session = await stage.signsIn("demo-admin");
  for (const [kind, id] of Object.entries(kinds)) {
    let draft = "";
    for (const width of SIZES) {
      await stage.opens(...width, session);
      await sees(stage, `/definitions/${kind}`);
      await tabs(stage, `/definitions/${kind}/${id}`);
      if (draft) await stage.goes(draft);
      else await stage.button("修改").click();
      await stage.page.getByRole("button", { name: "保存" }).waitFor();
      draft = where(stage);
      await parts(stage, kind);
      await tabs(stage, draft);
    }
  }
});

async function sees(stage, path) {
  await stage.goes(path);
  await settled(stage);
  stage.seen.steps.paths.push(where(stage));
  await looks(stage, path);
}

async function tabs(stage, path) {
  await sees(stage, path);
  for (const tab of (await stage.page.getByRole("tab").all()).slice(1)) {
    const name = (await tab.innerText()).trim();
    await tab.click();
    await settled(stage);
    await looks(stage, `${path} ${name}`);
  }
}

async function parts(stage, kind) {
  const found = await stage.page.getByRole("navigation", { name: "目录" }).getByRole("button").all();
  stage.seen.steps.parts[kind] = [];
  for (const one of found) {
    const name = (await one.innerText()).trim().replace(/\s.*/s, "");
    await one.click();
    await settled(stage);
    stage.seen.steps.parts[kind].push(name);
    await looks(stage, `${kind} ${name}`);
  }
}

function where({ page }) {
  return new URL(page.url()).pathname.replace("/admin", "");
}

/** What was asked for has come. */
async function settled({ page }) {
  await page.waitForLoadState("networkidle");
  await page.getByRole("heading", { level: 1 }).first().waitFor();
}

/** Named by the place and the width, without ids that differ each time. What could not be read or drawn offers to try again. */
async function looks(stage, path) {
  const { width } = stage.page.viewportSize();
  const name = path.replace(/\/drafts\/[^ /]+/, " draft").replace(/_[0-9A-Z]{26}/, "").replace(/^\//, "").replace(/[/ ]+/g, "-") || "home";
  await stage.looks(`${name}-${width}`);
  if (await stage.button("重试").count()) stage.seen.steps.broken.push(`${name}-${width}`);
}
