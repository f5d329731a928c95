import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { LineReader } from "../../../lib/cli/terminal/line_reader.ts";
import { capturedOutput, CapturedSink } from "../../../testing/cli/captured.ts";
import { FakeInput } from "../../../testing/cli/fake_input.ts";

const FOREVER = new AbortController().signal;

/** Reads all lines; a reader that does not end fails instead of hanging. */
async function linesOf(reader: LineReader): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of reader.lines(FOREVER)) {
    lines.push(line);
    assert(lines.length < 100, "the reader does not end");
  }
  return lines;
}

function screen() {
  const captured = capturedOutput({
    stdout: new CapturedSink(true),
    stderr: new CapturedSink(true),
  });
  return captured;
}

Deno.test({
  name: "LineReader reads lines as they are entered, and restores the terminal",
  permissions: "none",
  async fn() {
    const keyboard = new FakeInput(true);
    const { out } = screen();
    {
      using reader = new LineReader(keyboard, out, { prompt: () => "> " });
      keyboard.type("one\rtw");
      keyboard.type("o\r\x04");
      assertEquals(await linesOf(reader), ["one", "two"]);
    }
    assertEquals(keyboard.raw, [true, false]);
  },
});

Deno.test({
  name: "LineReader redraws the line being typed below printed output",
  permissions: "none",
  async fn() {
    const keyboard = new FakeInput(true);
    const { out, stdout, stderr } = screen();
    using reader = new LineReader(keyboard, out, { prompt: () => "> " });
    keyboard.type("ha");
    keyboard.type("lf\x1b[D");
    while (!stderr.text.endsWith("> half\x1b[6G")) await Promise.resolve();
    stderr.text = "";
    out.line("ana: hi");
    out.flush();
    assertEquals(stdout.text, "ana: hi\n");
    assertEquals(stderr.text, "\x1b[G\x1b[J> half\x1b[6G");
    reader[Symbol.dispose]();
    assertEquals(stderr.text, "\x1b[G\x1b[J> half\x1b[6G\x1b[G\x1b[J");
  },
});

Deno.test({
  name: "LineReader clears the line at ^C, and ends with interrupted if it is empty",
  permissions: "none",
  async fn() {
    const keyboard = new FakeInput(true);
    const { out, stderr } = screen();
    using reader = new LineReader(keyboard, out, { prompt: () => "> " });
    keyboard.type("never mind\x03\x03");
    const error = await assertRejects(() => linesOf(reader), FtError);
    assertEquals(error.code, "interrupted");
    assertEquals(stderr.text.includes("> never mind^C\n"), true);
  },
});

Deno.test({
  name: "LineReader completes at Tab, and goes on if completion fails",
  permissions: "none",
  async fn() {
    const keyboard = new FakeInput(true);
    const complete = (text: string) =>
      text === "fail"
        ? Promise.reject(new Error("no server"))
        : Promise.resolve({ from: 0, candidates: ["done"] });
    using reader = new LineReader(keyboard, screen().out, { prompt: () => "", complete });
    keyboard.type("d\t!\rfail\t!\r\x04");
    assertEquals(await linesOf(reader), ["done !", "fail!"]);
  },
});

Deno.test({
  name: "LineReader restores the terminal once, also after an error of the terminal or the signal",
  permissions: "none",
  async fn() {
    const broken = new FakeInput(true);
    {
      using reader = new LineReader(broken, screen().out, { prompt: () => "> " });
      broken.type("one\r");
      broken.fail(new Error("the terminal is gone"));
      const lines = reader.lines(FOREVER);
      assertEquals((await lines.next()).value, "one");
      await assertRejects(() => lines.next(), Error, "the terminal is gone");
    }
    assertEquals(broken.raw, [true, false]);
    const idle = new FakeInput(true);
    const { out, stderr } = screen();
    const reader = new LineReader(idle, out, { prompt: () => "> " });
    const stop = new AbortController();
    const lines = Array.fromAsync(reader.lines(stop.signal));
    stop.abort(new Error("stopped"));
    await assertRejects(() => lines, Error, "stopped");
    reader[Symbol.dispose]();
    reader[Symbol.dispose]();
    assertEquals(idle.raw, [true, false]);
    assertEquals(await linesOf(reader), []);
    const shown = stderr.text;
    reader.draw();
    assertEquals(stderr.text, shown, "a reader that was disposed draws nothing");
  },
});

Deno.test({
  name: "LineReader keeps a history, and reports only lines that are not blank",
  permissions: "none",
  async fn() {
    const keyboard = new FakeInput(true);
    const { out, stderr } = screen();
    const entered: string[] = [];
    const onLine = (line: string) => entered.push(line);
    const options = { prompt: () => "> ", history: ["old"], onLine, echo: false };
    using reader = new LineReader(keyboard, out, options);
    keyboard.type("\x1b[A!\r  \rnew\r\x1b[A\x1b[A\r\x04");
    assertEquals(await linesOf(reader), ["old!", "  ", "new", "old!"]);
    assertEquals(entered, ["old!", "new", "old!"]);
    assertEquals(stderr.text.includes("\n"), false, "without echo no line stays on the screen");
  },
});

Deno.test({
  name: "LineReader shows candidates at Tab, clears the screen at ^L, and calls onInterrupt at ^C",
  permissions: "none",
  async fn() {
    const keyboard = new FakeInput(true);
    const { out, stderr } = screen();
    let interrupts = 0;
    const complete = () => Promise.resolve({ from: 0, candidates: ["report", "reply"] });
    const onInterrupt = () => void interrupts++;
    const options = { prompt: () => "> ", complete, onInterrupt };
    using reader = new LineReader(keyboard, out, options);
    keyboard.type("rep\t\x0c\x03\x03\x04");
    assertEquals(await linesOf(reader), []);
    assertStringIncludes(stderr.text, "report  reply\n");
    assertStringIncludes(stderr.text, "\x1b[H\x1b[2J> ");
    assertStringIncludes(stderr.text, "> rep^C\n");
    assertEquals(interrupts, 1);
  },
});

Deno.test({
  name: "LineReader reads no more keys while many lines wait to be taken",
  permissions: "none",
  async fn() {
    const keyboard = new FakeInput(true);
    using reader = new LineReader(keyboard, screen().out, { prompt: () => "" });
    const count = 300;
    for (let n = 0; n < count; n++) keyboard.type(`${n}\r`);
    keyboard.type("\x04");
    const lines = reader.lines(FOREVER);
    const taken = [(await lines.next()).value];
    await new Promise((resolve) => setTimeout(resolve, 0));
    const unread = keyboard.unread;
    assertEquals(unread > 100 && unread < count, true, `${unread} lines are not read`);
    for await (const line of lines) {
      taken.push(line);
      assert(taken.length <= count, "the reader does not end");
    }
    assertEquals(taken, Array.from({ length: count }, (_, n) => `${n}`));
  },
});
