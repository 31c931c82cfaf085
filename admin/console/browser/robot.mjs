// What robots that play the console begin with: the stage of every story in a browser.
export { played } from "./stage.mjs";
