import { assertEquals, assertRejects } from "@std/assert";
import { MAX_TYPED_LINE_CHARS } from "../../../lib/base/limits.ts";
import { interactive, readLines } from "../../../lib/cli/terminal/input.ts";
import { capturedOutput, CapturedSink } from "../../../testing/cli/captured.ts";
import { FakeInput, pipedInput } from "../../../testing/cli/fake_input.ts";

const read = (...pieces: (string | Uint8Array)[]) =>
  Array.fromAsync(readLines(pipedInput(...pieces), new AbortController().signal));

Deno.test({
  name: "readLines reads lines in any pieces, and a last line without an end",
  permissions: "none",
  async fn() {
    const whole = "um\r\ndois\n\nçã";
    const bytes = new TextEncoder().encode(whole);
    const expected = ["um", "dois", "", "çã"];
    assertEquals(await read(whole), expected);
    assertEquals(await read(...[...bytes].map((byte) => Uint8Array.of(byte))), expected);
    assertEquals(await read("a\n"), ["a"]);
  },
});

Deno.test({
  name: "readLines replaces bytes that are not UTF-8 and cuts lines at their cap",
  permissions: "none",
  async fn() {
    assertEquals(await read(Uint8Array.of(0x61, 0xff, 0x0a)), ["a\ufffd"]);
    const long = Array.from({ length: 40 }, () => "x".repeat(MAX_TYPED_LINE_CHARS / 8));
    const [first, second] = await read(...long, "\nnext");
    assertEquals([first!.length <= 2 * MAX_TYPED_LINE_CHARS, second], [true, "next"]);
  },
});

Deno.test({
  name: "readLines ends with the reason of its signal while it waits for input",
  permissions: "none",
  async fn() {
    const stop = new AbortController();
    const reading = Array.fromAsync(readLines(new FakeInput(false), stop.signal));
    stop.abort(new Error("stopped"));
    await assertRejects(() => reading, Error, "stopped");
  },
});

Deno.test({
  name: "interactive needs a terminal for input, output and moving lines",
  permissions: "none",
  fn() {
    const check = (input: boolean, stdout: boolean, stderr: boolean, moving = true) => {
      const sinks = { stdout: new CapturedSink(stdout), stderr: new CapturedSink(stderr) };
      return interactive(new FakeInput(input), capturedOutput({ ...sinks, moving }).out);
    };
    assertEquals(check(true, true, true), true);
    assertEquals(check(false, true, true), false);
    assertEquals(check(true, false, true), false);
    assertEquals(check(true, true, false), false);
    assertEquals(check(true, true, true, false), false);
  },
});
