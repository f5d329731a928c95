import { assertEquals, assertStringIncludes } from "@std/assert";
import { Hub } from "../../../lib/chat/hub.ts";
import {
  type ConsoleServer,
  parseConsoleLine,
  runConsole,
  showChat,
} from "../../../lib/cli/server/console.ts";
import { capturedOutput } from "../../../testing/cli/captured.ts";
import { pure } from "../../../testing/pure.ts";
import { testServer } from "../../../testing/test_server.ts";

/** The server of a console that asks only for the chat. */
function chatOnly(chat: Hub): ConsoleServer {
  return {
    chat,
    status() {
      throw new Error("not to be asked");
    },
  };
}

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
    for (const kind of ["help", "who", "status"] as const) {
      for (const line of [kind, ` ${kind} `, `/${kind}`]) {
        assertEquals(parseConsoleLine(line), { kind });
      }
    }
    for (const text of ["quit now", "who is here?", "help!", "Status"]) {
      assertEquals(parseConsoleLine(text), { kind: "say", text });
    }
    assertEquals(parseConsoleLine("/exit"), { kind: "unknown", word: "/exit" });
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
    const typed = ["hi all", "/who", "/kick ana", "/kick ana", "/kick", "/wo"];
    typed.push("/ki\x1bck ana", "who", "quit", "not said");
    assertEquals(await runConsole(lines(...typed), chatOnly(hub), out), true);
    out.flush();
    assertEquals(stdout.lines, ["ana  idle 0s         native"]);
    const known = "(commands: /who, /kick NAME, /status, /help, /quit)";
    assertEquals(stderr.lines, [
      "not found: ana",
      "/kick needs NAME",
      `unknown command: /wo; did you mean /who? ${known}`,
      `unknown command: /ki\\x1bck; did you mean /kick? ${known}`,
      "nobody is in the chat",
    ]);
    const { value } = await ana.messages[Symbol.asyncIterator]().next();
    assertEquals([value.from, value.text], ["SERVER", "hi all"]);
  },
});

Deno.test({
  name: "runConsole does not stop the server at the end of input",
  permissions: "none",
  async fn() {
    assertEquals(await runConsole(lines("hi"), chatOnly(new Hub()), capturedOutput().out), false);
  },
});

pure("the console shows what others say to everyone, and who comes and goes", () => {
  const hub = new Hub({ now: () => 0 });
  const { out, stdout, stderr } = capturedOutput();
  const ana = hub.join({ name: "ana", dialect: "native" });
  const shown = showChat(chatOnly(hub), out);
  const ben = hub.join({ name: "ben", dialect: "line" });
  ana.say("hi \x1b[2Jben");
  ana.say("psst", "ben");
  hub.sayAs("cy", "hello", undefined, {});
  hub.broadcast("typed on the console");
  ana[Symbol.dispose]();
  hub.kick("ben");
  shown[Symbol.dispose]();
  hub.notice("not shown any more");
  ben[Symbol.dispose]();
  out.flush();
  assertEquals(stdout.lines, ["ana: hi \\x1b[2Jben", "cy: hello"]);
  assertEquals(stderr.lines, ["* ben joined", "* ana left", "* ben was removed"]);
});

Deno.test("the console of a running server prints its status, and what its clients say", async () => {
  await using local = await testServer();
  const { out, stdout } = capturedOutput();
  using _shown = showChat(local.server, out);
  await using remote = await local.connect();
  await using _seat = await remote.chat.join({ name: "ana" });
  await remote.chat.say("hi");
  await runConsole(lines("status", "/who", "/help"), local.server, out);
  out.flush();
  const said = stdout.lines.findIndex((line) => line === "ana: hi");
  const status = stdout.lines.findIndex((line) => line === "chat         1 seats");
  const users = stdout.lines.findIndex((line) => /^ana {2}idle .* native$/.test(line));
  assertEquals([said, said < status, status < users], [0, true, true], stdout.text);
  assertStringIncludes(stdout.text, "/kick NAME    disconnect a user from the chat\n");
});
