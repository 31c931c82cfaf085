// What a hand can do on a screen: find by role, label, title or visible text; click, type, choose. All of it is counted.
import { join } from "node:path";
import { Time } from "./robot_time.mjs";

export class Hand {
  /** `robot`: of robot.mjs; its page is the screen. */
  constructor(robot) {
    Object.assign(this, { robot, time: new Time(), steps: [] });
  }

  get page() {
    return this.robot.page;
  }

  /** A stage of the work: named, and pictured when it is done. */
  async step(name, act) {
    const began = Date.now();
    const result = await act();
    this.time.took(Date.now() - began);
    this.steps.push(name);
    await this.page.screenshot({ path: join(this.robot.folder, `${String(this.steps.length).padStart(2, "0")}-${name}.png`), fullPage: true });
    return result;
  }

  async clicks(found) {
    await found.click();
    this.time.clicked();
  }

  button(name, within = this.page) {
    return this.clicks(within.getByRole("button", { name, exact: typeof name === "string" }));
  }

  link(name, within = this.page) {
    return this.clicks(within.getByRole("link", { name, exact: typeof name === "string" }));
  }

  /** Into a field, in place of what stands there. */
  async types(found, text) {
    await this.clicks(found);
    await found.press("Control+A");
    await this.page.keyboard.insertText(text);
    this.time.typed(`aa${text}`); // two keys took what stood there
  }

  text(name, said, within = this.page) {
    return this.types(within.getByRole("textbox", { name, exact: typeof name === "string" }), said);
  }

  number(name, said, within = this.page) {
    return this.types(within.getByRole("spinbutton", { name }), said);
  }

  /** From a list that unfolds: what is typed shortens it, then the option is clicked; `option`: its words, or how they begin or end. */
  async chooses(name, option, within = this.page) {
    const box = (how) => within.getByRole("combobox", { name, exact: typeof name === "string", ...how });
    await this.#unfolds(box, option);
    for (let tries = 0; tries < 4; tries++) {
      await this.#takes(option);
      const shut = await box({ expanded: false }).waitFor({ timeout: 10_000 }).then(() => true, () => false);
      if (shut) return; // else it was clicked where it stood as chosen before, while the list came
    }
    throw new Error(`“${option}”选不上`);
  }

  /** From a list of which several may be chosen: each click takes one in, or puts it back where it was chosen. It stays open
      until something beside it is clicked. */
  async choosesSeveral(name, options, within = this.page) {
    const box = (how) => within.getByRole("combobox", { name, exact: typeof name === "string", ...how });
    for (const [number, option] of options.entries()) {
      await (number === 0 ? this.#unfolds(box, option) : this.#searches(option));
      await this.#takes(option);
    }
  }

  async #unfolds(box, option) {
    await this.clicks(box({}));
    await box({ expanded: true }).waitFor();
    await this.#searches(option);
    await this.page.waitForTimeout(500); // until it stands open
  }

  async #searches(option) {
    await this.page.keyboard.insertText(option); // a list that cannot be searched takes no notice
    this.time.typed(option);
  }

  #takes(option) {
    const words = option.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return this.clicks(this.page.getByTitle(new RegExp(`(^| )${words}( |$)`)).filter({ visible: true }).last());
  }

  part(name) {
    return this.clicks(this.page.getByRole("navigation", { name: "目录" }).getByRole("button", { name: new RegExp(`^${name}`) }));
  }

  async signsIn(who) {
    await this.robot.page.goto(this.robot.address);
    await this.types(this.page.getByLabel("演示人员"), who);
    await this.clicks(this.page.getByTitle(new RegExp(`${who}）`)));
    await this.button("登录");
    await this.page.getByRole("heading", { name: "工作台" }).waitFor();
  }

  async leaves() {
    await this.button("退出");
    await this.page.getByLabel("演示人员").waitFor();
  }
}
