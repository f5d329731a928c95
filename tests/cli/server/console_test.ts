import { assertEquals } from "@std/assert";
import { Hub } from "../../../lib/chat/hub.ts";
import { parseConsoleLine, runConsole } from "../../../lib/cli/server/console.ts";
import { capturedOutput } from "../../../testing/cli/captured.ts";

async function* lines(...given: string[]) {
  yield* given;
}

Deno.test({
  name: "parseConsoleLine distinguishes commands from messages",
  permissions: "none",
  fn() {
    assertEquals(parseConsoleLine("  "), { kind: "nothing" });
    for (const line of ["quit", " exit ", "/quit"]) {
      assertEquals(parseConsoleLine(line), { kind: "quit" });
    }
    assertEquals(parseConsoleLine("quit now"), { kind: "say", text: "quit now" });
    assertEquals(parseConsoleLine("/kick  an a "), { kind: "kick", name: "an a" });
    assertEquals(parseConsoleLine("/kik ana"), { kind: "unknown", word: "/kik" });
  },
});

Deno.test({
  name: "runConsole broadcasts, lists users, kicks, and stops at quit",
  permissions: "none",
  async fn() {
    const hub = new Hub({ now: () => 0 });
    using ana = hub.join({ name: "ana", dialect: "native" });
    const { out, stdout, stderr } = capturedOutput();
    const typed = ["hi all", "/who", "/kick ana", "/kick ana", "/kick", "/wo", "quit", "not said"];
    assertEquals(await runConsole(lines(...typed), hub, out), true);
    out.flush();
    assertEquals(stdout.lines, ["ana  idle 0s         native"]);
    assertEquals(stderr.lines, [
      "not found: ana",
      "/kick needs NAME",
      "unknown command: /wo; did you mean /who?",
    ]);
    const { value } = await ana.messages[Symbol.asyncIterator]().next();
    assertEquals([value.from, value.text], ["SERVER", "hi all"]);
  },
});

Deno.test({
  name: "runConsole does not stop the server at the end of input",
  permissions: "none",
  async fn() {
    assertEquals(await runConsole(lines("hi"), new Hub(), capturedOutput().out), false);
  },
});
