import { assertEquals } from "@std/assert";
import { MAX_TYPED_LINE_CHARS } from "../../../lib/base/limits.ts";
import { type Input, readLines } from "../../../lib/cli/terminal/input.ts";

/** Input that arrives in these pieces. */
function pieces(...parts: (string | Uint8Array)[]): Input {
  const bytes = parts.map((p) => typeof p === "string" ? new TextEncoder().encode(p) : p).values();
  return {
    terminal: false,
    read: () => Promise.resolve(bytes.next().value ?? null),
    setRaw() {},
  };
}

const read = (input: Input) => Array.fromAsync(readLines(input, new AbortController().signal));

Deno.test({
  name: "readLines reads lines in any pieces, and a last line without an end",
  permissions: "none",
  async fn() {
    const whole = "um\r\ndois\n\nçã";
    const bytes = new TextEncoder().encode(whole);
    const expected = ["um", "dois", "", "çã"];
    assertEquals(await read(pieces(whole)), expected);
    assertEquals(await read(pieces(...[...bytes].map((byte) => Uint8Array.of(byte)))), expected);
    assertEquals(await read(pieces("a\n")), ["a"]);
  },
});

Deno.test({
  name: "readLines replaces bytes that are not UTF-8 and cuts lines at their cap",
  permissions: "none",
  async fn() {
    assertEquals(await read(pieces(Uint8Array.of(0x61, 0xff, 0x0a))), ["a\ufffd"]);
    const long = Array.from({ length: 40 }, () => "x".repeat(MAX_TYPED_LINE_CHARS / 8));
    const [first, second] = await read(pieces(...long, "\nnext"));
    assertEquals([first!.length <= 2 * MAX_TYPED_LINE_CHARS, second], [true, "next"]);
  },
});
