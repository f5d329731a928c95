import { assertEquals, assertRejects } from "@std/assert";
import { AsyncQueue } from "../../../lib/base/async_queue.ts";
import { FtError } from "../../../lib/base/errors.ts";
import type { Input } from "../../../lib/cli/terminal/input.ts";
import { LineReader } from "../../../lib/cli/terminal/line_reader.ts";
import { capturedOutput, CapturedSink } from "../../../testing/captured.ts";

/** A fake keyboard, which records the raw mode. */
class Keyboard implements Input {
  readonly terminal = true;
  readonly raw: boolean[] = [];
  readonly #typed = new AsyncQueue<string>();

  type(text: string): void {
    this.#typed.push(text);
  }

  async read(): Promise<Uint8Array | null> {
    const { value, done } = await this.#typed.next();
    return done ? null : new TextEncoder().encode(value);
  }

  setRaw(on: boolean): void {
    this.raw.push(on);
  }
}

const FOREVER = new AbortController().signal;

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
    const keyboard = new Keyboard();
    const { out } = screen();
    {
      using reader = new LineReader(keyboard, out, { prompt: () => "> " });
      keyboard.type("one\rtw");
      keyboard.type("o\r\x04");
      assertEquals(await Array.fromAsync(reader.lines(FOREVER)), ["one", "two"]);
    }
    assertEquals(keyboard.raw, [true, false]);
  },
});

Deno.test({
  name: "LineReader redraws the line being typed below printed output",
  permissions: "none",
  async fn() {
    const keyboard = new Keyboard();
    const { out, stdout, stderr } = screen();
    using reader = new LineReader(keyboard, out, { prompt: () => "> " });
    keyboard.type("ha");
    keyboard.type("lf\x1b[D");
    while (!stderr.text.endsWith("> half\r\x1b[5C")) await Promise.resolve();
    stderr.text = "";
    out.line("ana: hi");
    out.flush();
    assertEquals(stdout.text, "ana: hi\n");
    assertEquals(stderr.text, "\r\x1b[J> half\r\x1b[5C");
    reader[Symbol.dispose]();
    assertEquals(stderr.text, "\r\x1b[J> half\r\x1b[5C\r\x1b[J");
  },
});

Deno.test({
  name: "LineReader clears the line at ^C, and ends with interrupted if it is empty",
  permissions: "none",
  async fn() {
    const keyboard = new Keyboard();
    const { out, stderr } = screen();
    using reader = new LineReader(keyboard, out, { prompt: () => "> " });
    keyboard.type("never mind\x03\x03");
    const error = await assertRejects(() => Array.fromAsync(reader.lines(FOREVER)), FtError);
    assertEquals(error.code, "interrupted");
    assertEquals(stderr.text.includes("> never mind^C\n"), true);
  },
});

Deno.test({
  name: "LineReader completes at Tab, and goes on if completion fails",
  permissions: "none",
  async fn() {
    const keyboard = new Keyboard();
    const complete = (text: string) =>
      text === "fail"
        ? Promise.reject(new Error("no server"))
        : Promise.resolve({ from: 0, candidates: ["done"] });
    using reader = new LineReader(keyboard, screen().out, { prompt: () => "", complete });
    keyboard.type("d\t!\rfail\t!\r\x04");
    assertEquals(await Array.fromAsync(reader.lines(FOREVER)), ["done !", "fail!"]);
  },
});
