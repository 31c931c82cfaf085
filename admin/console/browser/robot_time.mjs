// How long a practised official would take, by the Keystroke-Level Model (Card, Moran and Newell 1980), in seconds:
// think before each act (M), move the hand between mouse and keys (H), point (P), press (B), type a character (K; through an
// input method for Chinese twice that). What the machine took is told beside it: it depends on the machine.
export const SECONDS = { M: 1.35, H: 0.4, P: 1.1, B: 0.2, K: 0.28, chinese: 0.56 };
export const LIMIT_MINUTES = 30;

export class Time {
  constructor() {
    Object.assign(this, { acts: 0, homings: 0, clicks: 0, keys: 0, chinese: 0, machine: 0, at: "mouse" });
  }

  clicked() {
    this.#hand("mouse");
    this.acts += 1;
    this.clicks += 1;
  }

  typed(text) {
    this.#hand("keys");
    this.acts += 1;
    for (const one of text) this[one.charCodeAt(0) > 0x2e7f ? "chinese" : "keys"] += 1;
  }

  took(milliseconds) {
    this.machine += milliseconds / 1000;
  }

  /** By the model alone. */
  get minutes() {
    const { M, H, P, B, K, chinese } = SECONDS;
    return (this.acts * M + this.homings * H + this.clicks * (P + B) + this.keys * K + this.chinese * chinese) / 60;
  }

  #hand(where) {
    if (this.at !== where) this.homings += 1;
    this.at = where;
  }
}
