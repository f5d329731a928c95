import { assertEquals } from "@std/assert";
import { searchKey, startSearch } from "../../../lib/cli/terminal/history_search.ts";
import type { Key } from "../../../lib/cli/terminal/keys.ts";
import { type LineState, newLine } from "../../../lib/cli/terminal/line_editor.ts";
import { LineReader } from "../../../lib/cli/terminal/line_reader.ts";
import { capturedOutput, CapturedSink } from "../../../testing/cli/captured.ts";
import { FakeInput } from "../../../testing/cli/fake_input.ts";

const HISTORY = ["get a.txt", "ls", "get b.txt", "put c"];

/** Presses keys. @returns The entry that is shown, or the line after the search. */
function pressed(...keys: Key[]): string | undefined {
  let line: LineState = { ...newLine(HISTORY), text: "typed", cursor: 5 };
  let search = startSearch(line);
  for (const key of keys) {
    const step = searchKey(search, key, line);
    line = step.line;
    if (step.search === undefined) return line.text;
    search = step.search;
  }
  return line.history[search.found];
}

const text = (text: string): Key => ({ text });
const again: Key = { name: "search" };

Deno.test({
  name: "a search shows the newest entry with the text, and older ones again and again",
  permissions: "none",
  fn() {
    assertEquals(pressed(), undefined);
    assertEquals(pressed(text("g"), text("et")), "get b.txt");
    assertEquals(pressed(text("get"), again), "get a.txt");
    assertEquals(pressed(text("get"), again, again), "get a.txt", "there is no older one");
    assertEquals(pressed(text("get a")), "get a.txt");
    assertEquals(pressed(text("get a"), { name: "backspace" }, { name: "backspace" }), "get b.txt");
    assertEquals(pressed(text("nothing like it")), undefined);
  },
});

Deno.test({
  name: "a search ends with the entry, or at ^C with the line as it was",
  permissions: "none",
  fn() {
    assertEquals(pressed(text("ls"), { name: "left" }), "ls");
    assertEquals(pressed(text("ls"), { name: "interrupt" }), "typed");
    assertEquals(pressed(text("nothing like it"), { name: "end" }), "typed");
  },
});

Deno.test({
  name: "LineReader searches its history at ^R, and Enter runs what was found",
  permissions: "none",
  async fn() {
    const terminal = { stdout: new CapturedSink(true), stderr: new CapturedSink(true) };
    const { out, stderr } = capturedOutput(terminal);
    const keyboard = new FakeInput(true);
    using reader = new LineReader(keyboard, out, { prompt: () => "> ", history: HISTORY });
    keyboard.type("\x12a.t");
    while (!stderr.text.includes('search "a.t": get a.txt')) await Promise.resolve();
    keyboard.type("\r");
    for await (const line of reader.lines(new AbortController().signal)) {
      assertEquals(line, "get a.txt");
      break;
    }
  },
});
