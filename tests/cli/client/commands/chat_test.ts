import { assertEquals } from "@std/assert";
import { AsyncQueue } from "../../../../lib/base/async_queue.ts";
import { FtError } from "../../../../lib/base/errors.ts";
import type { ChatMessage } from "../../../../lib/chat/seat.ts";
import { chatOver } from "../../../../lib/cli/client/commands/chat.ts";
import { noChat, type RemoteSeat } from "../../../../lib/client/remote/remote_chat.ts";
import { fakeContext } from "../../../../testing/cli/fake_context.ts";
import { fakeRemote } from "../../../../testing/fake_remote.ts";
import { FakeTime } from "../../../../testing/fake_time.ts";
import { pure } from "../../../../testing/pure.ts";

/** Sends lines from a pipe to a server. @returns The lines it received, and the result. */
async function pipeLines(
  text: string,
  say: (text: string) => Promise<void>,
  retries: string,
  linger = "0",
  arrives: readonly ChatMessage[] = [],
  joined: Partial<RemoteSeat> = {},
) {
  using time = new FakeTime();
  const messages = new AsyncQueue<ChatMessage>();
  for (const message of arrives) messages.push(message);
  const seat: RemoteSeat = {
    ...{ name: "ana", sequence: 0, messages, ...joined },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const received: string[] = [];
  const chat = {
    ...noChat("fake"),
    join: () => Promise.resolve(seat),
    who: () => Promise.resolve([{ name: "ana", dialect: "native", idleMs: 0 }]),
    say: (line: string, { to }: { readonly to?: string | undefined } = {}) => {
      received.push(to === undefined ? line : `${to}< ${line}`);
      return say(line);
    },
  };
  const open = () => Promise.resolve(fakeRemote({ chat }));
  const context = { ...fakeContext(["chat", "--linger", linger, "--retries", retries]), open };
  const chunks = [new TextEncoder().encode(text)];
  const read = () => Promise.resolve(chunks.shift() ?? null);
  const startMs = Date.now();
  const chatting = chatOver(context, { terminal: false, read, setRaw() {} });
  await time.run();
  const code = await chatting;
  context.out.flush();
  const { stdout, stderr } = context;
  return { received, code, tookMs: Date.now() - startMs, stdout, stderr };
}

const tooFast = (retryAfterMs?: number) =>
  new FtError("limit", "too fast", { retryable: true, retryAfterMs });

pure("chat sends a line again that came too soon, then the next", async () => {
  let refusals = 1;
  const say = () => refusals-- > 0 ? Promise.reject(tooFast(3000)) : Promise.resolve();
  const { received, code, tookMs, stderr } = await pipeLines("a\nb\n", say, "6");
  assertEquals([received, code], [["a", "a", "b"], 0]);
  assertEquals(tookMs, 3000);
  assertEquals(stderr.lines.filter((line) => line.includes("retry 1 of 6")).length, 1);
});

pure("chat gives a line up after its retries, and caps waits that the server names", async () => {
  const say = () => Promise.reject(tooFast(2 ** 33));
  const { received, code, tookMs } = await pipeLines("a\nb\n", say, "1");
  assertEquals([received, code, tookMs], [["a", "a", "b", "b"], 8, 2 * 35_200]);
});

pure("chat does not send a refused line again when the server names no wait", async () => {
  const { received, code } = await pipeLines("a\n", () => Promise.reject(tooFast()), "6");
  assertEquals([received, code], [["a"], 8]);
});

pure("chat says that messages may be missing, if the server no longer has them", async () => {
  const say = () => Promise.resolve();
  for (const incomplete of [true, undefined]) {
    const { stderr } = await pipeLines("a\n", say, "0", "0", [], { incomplete });
    const said = stderr.lines.filter((line) => line.includes("messages may be missing here"));
    assertEquals(said.length, incomplete ? 1 : 0);
  }
});

pure("chat stays for the seconds of --linger after the last line", async () => {
  for (const [linger, waitedMs] of [["0", 0], ["1", 1000], ["2.5", 2500]] as const) {
    const { code, tookMs } = await pipeLines("a\n", () => Promise.resolve(), "0", linger);
    assertEquals([code, tookMs], [0, waitedMs]);
  }
});

const refusalOf = (word: string, meant = "") =>
  `ftclient: unknown command: ${word}${meant} (commands: /who, /to NAME TEXT, /help, /quit)`;

pure("chat never sends a line with an unknown command, and names the known ones", async () => {
  const text = "/wo\nhi\n  /msg ben secret\n/etc/passwd\n/to ben\n/who all\n/\n";
  const { received, code, stdout, stderr } = await pipeLines(text, () => Promise.resolve(), "0");
  assertEquals([received, code, stdout.lines], [["hi", "/"], 2, []]);
  assertEquals(stderr.lines.filter((line) => line.startsWith("ftclient: ")), [
    refusalOf("/wo", "; did you mean /who?"),
    refusalOf("/msg"),
    refusalOf("/etc/passwd"),
    "ftclient: /to needs NAME TEXT",
    "ftclient: /who takes no arguments",
  ]);
});

pure("chat runs the commands of the chat from a pipe, until /quit", async () => {
  const text = "/to ben it's  me\n/who\n/quit\nnot sent\n";
  const { received, code, tookMs, stdout } = await pipeLines(
    text,
    () => Promise.resolve(),
    "0",
    "1",
  );
  assertEquals([received, code, tookMs], [["ben< it's  me"], 0, 1000]);
  assertEquals(stdout.lines, ["ana"]);
});

pure("chat prints a private message as such", async () => {
  const message = { kind: "message", from: "ben", atMs: 0 } as const;
  const { stdout } = await pipeLines("", () => Promise.resolve(), "0", "1", [
    { ...message, sequence: 1, text: "hi all" },
    { ...message, sequence: 2, text: "psst", to: "ana" },
  ]);
  assertEquals(stdout.lines, ["ben: hi all", "ben (to you): psst"]);
});
