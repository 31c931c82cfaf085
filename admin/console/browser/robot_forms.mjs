// Forms that are drawn from schemas, as an official fills them in: several words, a day, entries of
// lists and maps that are opened first.

const groupOf = (within, label) => within.getByRole("group", { name: new RegExp(`^${label}`) }).first();

/** Several words in place of those that stand there. */
export async function lists(hand, label, words, within = hand.page) {
  const group = groupOf(within, label);
  await hand.clicks(group.getByRole("combobox", { name: label, exact: true }));
  for (let left = await group.getByTitle(/./).count(); left > 0; left -= 1) {
    await hand.page.keyboard.press("Backspace");
    hand.time.typed("b");
  }
  for (const word of words) {
    await hand.page.keyboard.insertText(word);
    await hand.page.keyboard.press("Enter");
    hand.time.typed(`${word}e`);
  }
  await hand.page.keyboard.press("Escape");
  hand.time.typed("e");
}

export async function dates(hand, label, day) {
  await hand.page.getByLabel(label, { exact: true }).fill(day); // where one types it lies with the browser's language
  hand.time.typed(day);
}

/** An entry of a list or a map, opened. */
export const opens = (hand, name, within = hand.page) => hand.button(new RegExp(`^${name}( |$)`), within);

/** A new entry of a map: its key, then its text. */
export async function adds(hand, map, key, said) {
  const group = groupOf(hand.page, map);
  await hand.text("键名", key, group);
  await hand.button("添加", group);
  await opens(hand, key, group);
  await hand.text(key, said, group);
}
