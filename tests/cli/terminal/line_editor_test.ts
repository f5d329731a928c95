import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MAX_TYPED_LINE_CHARS } from "../../../lib/base/limits.ts";
import { completeWord } from "../../../lib/cli/terminal/line_completion.ts";
import type { Key, KeyName } from "../../../lib/cli/terminal/keys.ts";
import {
  edit,
  type LineState,
  MAX_RECALLED,
  newLine,
  remember,
  renderLine,
} from "../../../lib/cli/terminal/line_editor.ts";
import { textWidth } from "../../../lib/cli/format/text_width.ts";

const permissions = "none";

/** Types text and `<key>`s. */
function typed(script: string, state: LineState = newLine()): LineState {
  for (const part of script.split(/(<\w+>)/)) {
    const name = /^<(\w+)>$/.exec(part)?.[1] as KeyName | undefined;
    if (part !== "") state = edit(state, name === undefined ? { text: part } : { name }).state;
  }
  return state;
}

/** The text with the cursor in it. */
const shown = ({ text, cursor }: LineState) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

for (
  const [script, expected] of [
    ["abc<left>X", "abX|c"],
    ["abc<home>X<end>Y", "XabcY|"],
    ["abc<backspace><backspace>", "a|"],
    ["abc<home><delete>", "|bc"],
    ["abc<home><eof>", "|bc"],
    ["one two  <killWord>", "one |"],
    ["one two<wordLeft><wordLeft>X", "X|one two"],
    ["one two<home><wordRight>X", "oneX| two"],
    ["one two<wordLeft><killStart>", "|two"],
    ["one two<wordLeft><killEnd>", "one |"],
    ["👩‍👩‍👧é<left><left>X", "X|👩‍👩‍👧é"],
    ["👩‍👩‍👧<backspace>", "|"],
    ["<backspace><left><delete><wordLeft><up><down>", "|"],
  ] as const
) {
  Deno.test({
    name: `edit turns ${script} into ${expected}`,
    permissions,
    fn: () => assertEquals(shown(typed(script)), expected),
  });
}

Deno.test({
  name: "edit recalls the history and returns to the line being typed",
  permissions,
  fn() {
    const state = typed("new", newLine(["first", "second"]));
    assertEquals(shown(typed("<up>", state)), "second|");
    assertEquals(shown(typed("<up><up><up>", state)), "first|");
    assertEquals(shown(typed("<up><up>!<down><down>", state)), "new|");
  },
});

Deno.test({
  name: "edit reports enter, tab, ^C, and ^D on an empty line only",
  permissions,
  fn() {
    const outcome = (state: LineState, name: KeyName) => edit(state, { name }).outcome;
    assertEquals(outcome(newLine(), "enter"), "entered");
    assertEquals(outcome(newLine(), "tab"), "complete");
    assertEquals(outcome(newLine(), "interrupt"), "interrupt");
    assertEquals(outcome(newLine(), "eof"), "eof");
    assertEquals(outcome(typed("a"), "eof"), undefined);
  },
});

Deno.test({
  name: "remember skips blank and repeated lines, and drops the oldest",
  permissions,
  fn() {
    let history: readonly string[] = [];
    for (const line of ["a", "a", " ", "b", "a"]) history = remember(history, line);
    assertEquals(history, ["a", "b", "a"]);
    for (let i = 0; i < MAX_RECALLED; i++) history = remember(history, `${i}`);
    assertEquals([history.length, history[0]], [MAX_RECALLED, "0"]);
  },
});

Deno.test({
  name: "edit keeps a line within its cap",
  permissions,
  fn() {
    const full = typed("x".repeat(MAX_TYPED_LINE_CHARS));
    assertEquals(full.text.length, MAX_TYPED_LINE_CHARS);
    assertEquals(typed("y", full).text.length, MAX_TYPED_LINE_CHARS);
  },
});

const NAMES: readonly KeyName[] = [
  ...["backspace", "delete", "left", "right", "wordLeft", "wordRight", "home", "end", "up"],
  ...["down", "killWord", "killStart", "killEnd"],
] as KeyName[];
const anyKey: fc.Arbitrary<Key> = fc.oneof(
  fc.record({ text: fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }) }),
  fc.constantFrom(...NAMES).map((name) => ({ name })),
);

Deno.test({
  name: "edit keeps the cursor in the line, and renderLine the row in its width, for any keys",
  permissions,
  fn() {
    fc.assert(fc.property(fc.array(anyKey), fc.integer({ min: 12, max: 60 }), (keys, columns) => {
      let state = newLine(["an old line", "日本語".repeat(10)]);
      for (const key of keys) state = edit(state, key).state;
      assert(state.cursor >= 0 && state.cursor <= state.text.length);
      const { text, column } = renderLine(state, "ana: ", columns);
      assert(textWidth(text) < columns, text);
      assert(column < columns);
      assert(text.startsWith("ana: "));
    }));
  },
});

Deno.test({
  name: "renderLine shows the part of a long line at the cursor",
  permissions,
  fn() {
    const state = typed("0123456789abcdefghij");
    assertEquals(renderLine(state, "> ", 12), { text: "> cdefghij", column: 10 });
    assertEquals(renderLine(typed("<home>", state), "> ", 12), { text: "> 012345678", column: 2 });
  },
});

Deno.test({
  name: "completeWord inserts a single candidate or the common prefix, else shows the candidates",
  permissions,
  fn() {
    const complete = (text: string, ...candidates: string[]) => {
      const { state, choices } = completeWord(typed(text), { from: 4, candidates });
      return [shown(state), ...choices];
    };
    assertEquals(complete("get re", "report.txt"), ["get report.txt |"]);
    assertEquals(complete("get re", "reports/"), ["get reports/|"]);
    assertEquals(complete("get r", "report", "reply"), ["get rep|"]);
    assertEquals(complete("get rep", "report", "reply"), ["get rep|", "report", "reply"]);
    assertEquals(complete("get x"), ["get x|"]);
    const many = Array.from({ length: 150 }, (_, i) => `n${i}`);
    assertEquals(complete("get n", ...many).at(-1), "and 50 more");
  },
});
