import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { FtError } from "../../../../lib/base/errors.ts";
import type { RetryAttempt } from "../../../../lib/base/retry.ts";
import { chatOver } from "../../../../lib/cli/client/commands/chat.ts";
import { scriptedShell } from "../../../../lib/cli/client/commands/shell.ts";
import { CLIENT } from "../../../../lib/cli/client/client_program.ts";
import { completeLine } from "../../../../lib/cli/client/shell/complete_line.ts";
import { HistoryFile } from "../../../../lib/cli/terminal/history_file.ts";
import { Shell } from "../../../../lib/cli/client/shell/shell.ts";
import { parseShellLine } from "../../../../lib/cli/client/shell/shell_line.ts";
import { remotePath } from "../../../../lib/cli/client/shell/remote_path.ts";
import { escapeWord, splitWords, tokenize } from "../../../../lib/cli/client/shell/tokenize.ts";
import { type TestServer, testServer } from "../../../../testing/test_server.ts";
import { checkCommandLine, parseCommandLine } from "../../../../lib/cli/program/command_line.ts";
import type { FlagValue } from "../../../../lib/cli/program/flag_value.ts";
import { commandContext } from "../../../../lib/cli/client/shell/shell_context.ts";
import { soon } from "../../../../testing/with_timeout.ts";
import { tempDir } from "../../../../testing/temp_dir.ts";
import { pipedInput } from "../../../../testing/cli/fake_input.ts";
import { fakeContext } from "../../../../testing/cli/fake_context.ts";
import { fakeRemote } from "../../../../testing/fake_remote.ts";
import { FakeTime } from "../../../../testing/fake_time.ts";
import { pure } from "../../../../testing/pure.ts";

const permissions = "none";

Deno.test({
  name: "splitWords handles quotes and escapes, and escapeWord is its inverse",
  permissions,
  fn() {
    const texts = (line: string) => splitWords(line).map(({ text }) => text);
    assertEquals(texts(`get  "a b"c 'd"e' f\\ g`), ["get", "a bc", 'd"e', "f g"]);
    assertEquals(texts(`put ""`), ["put", ""]);
    assertEquals(assertThrows(() => splitWords(`get "a`), FtError).code, "usage");
    for (const name of ["my notes.txt", `it's`, 'q"q', "back\\slash", "plain"]) {
      for (const quote of ["", "'", '"']) {
        assertEquals(texts(`get ${escapeWord(name, quote)}`), ["get", name]);
      }
    }
    assertEquals(tokenize("get 日本 re").lastFrom, 7);
    assertEquals(tokenize("get ").lastFrom, 4);
  },
});

Deno.test({
  name: "remotePath never leaves the root",
  permissions,
  fn() {
    const cases = [[".", "a"], ["a/b", ".."], ["a", "../../.."], ["a", "/"], ["a", "./b//c/"]];
    assertEquals(cases.map(([cwd, name]) => remotePath(cwd!, name!)), [
      "a",
      "a",
      ".",
      ".",
      "a/b/c",
    ]);
  },
});

Deno.test({
  name: "parseShellLine accepts the words of the legacy programs",
  permissions,
  fn() {
    const words = (line: string) => {
      const parsed = parseShellLine(line);
      return parsed.kind === "command" ? parsed.words.map(({ text }) => text) : parsed.kind;
    };
    assertEquals(words("list"), ["ls"]);
    assertEquals(words("arquivo a.txt"), ["get", "a.txt"]);
    assertEquals(words("DOWNLOAD 'a b'"), ["get", "a b"]);
    assertEquals(words("upload x --to d"), ["put", "x", "--to", "d"]);
    assertEquals([words("help"), words("help cd")], ["help", "help"]);
    assertEquals([words("help put"), words("help upload")], [["put", "--help"], ["put", "--help"]]);
    assertEquals(parseShellLine("msgc it's me"), { kind: "say", text: "it's me" });
    assertEquals(parseShellLine('say "hi all"'), { kind: "say", text: "hi all" });
    assertEquals(parseShellLine("say psst --to ana"), { kind: "say", text: "psst", to: "ana" });
    assertEquals(parseShellLine("chat"), { kind: "chat" });
    for (const word of ["exit", "quit", "sair"]) {
      assertEquals(parseShellLine(word), { kind: "exit" });
    }
    assertEquals(parseShellLine("  # a remark"), { kind: "nothing" });
  },
});

/** Runs a script against a server. @returns What it printed. */
async function script(local: TestServer, text: string) {
  const connect = () => local.connect();
  const context = { ...fakeContext(["shell"]), connect, open: connect };
  const code = await soon(scriptedShell(context, pipedInput(text)));
  context.out.flush();
  return { code, lines: context.stdout.lines, errors: context.stderr.lines };
}

Deno.test("shell runs a script line by line, relative to its current folder", async () => {
  await using local = await testServer();
  const here = local.dir.join("here.txt");
  await Deno.writeTextFile(here, "here");
  const { code, lines, errors } = await script(
    local,
    `mkdir a/b\ncd a\nput '${here}'\nput '${here}' --to b\nlist\ncd b\npwd\nsum here.txt\n` +
      `cd /nowhere\nmv here.txt ../moved.txt\ncd\nls a\nsair\nls`,
  );
  const sum = "23c7be15d56cca37efdcef16ec99b6ebf3a2f51dca2c46cdaa9c7f9c3db6b2b6";
  assertEquals(
    lines.filter((line) => !line.includes("verified") && !line.includes(sum)).map(
      (line) => line.replace(/^[0-9a-f]{64} {2}/, "SUM "),
    ),
    ["b/", "here.txt", "/a/b", "SUM a/b/here.txt", "b/", "here.txt", "moved.txt"],
  );
  assertEquals(errors.filter((line) => line.startsWith("ftclient:")), [
    "ftclient: not found: nowhere",
  ]);
  assertEquals(code, 3);
});

Deno.test("shell refuses commands that need its input, and continues", async () => {
  await using local = await testServer();
  const { code, lines, errors } = await script(local, "shell\nput - --as x\nget 'open\npwd\n");
  assertEquals([code, lines], [2, ["/"]]);
  assertEquals(errors, [
    "ftclient: this is already the shell",
    "ftclient: put - does not work in the shell",
    "ftclient: a quote is not closed",
  ]);
});

Deno.test("shell sends messages and lists the users in the chat", async () => {
  await using local = await testServer();
  await using remote = await local.connect();
  await using seat = await remote.chat.join({ name: "ana" });
  const { code, lines } = await script(local, "who\nsay hello, it's me\nmsgc psst --to ana\n");
  assertEquals([code, lines], [0, ["ana"]]);
  const messages = seat.messages[Symbol.asyncIterator]();
  assertEquals((await soon(messages.next())).value.text, "hello, it's me");
  assertEquals((await soon(messages.next())).value.to, "ana");
});

Deno.test("shell sends every line after chat, until /exit, and one with chat TEXT", async () => {
  await using local = await testServer();
  await using remote = await local.connect();
  await using seat = await remote.chat.join({ name: "ana" });
  const text = "chat one line\nchat\npwd\n\n  \n/wo\n/who\nls\n/EXIT\npwd\n";
  const { code, lines, errors } = await script(local, text);
  assertEquals([code, lines], [2, ["ana", "/"]]);
  const unknown = "unknown command: /wo; did you mean /who?";
  assertEquals(errors, [
    "chat mode: every line is sent; /exit leaves",
    `ftclient: ${unknown} (commands: /who, /to NAME TEXT, /help, /quit)`,
  ]);
  const messages = seat.messages[Symbol.asyncIterator]();
  for (const sent of ["one line", "pwd", "ls"]) {
    assertEquals((await soon(messages.next())).value.text, sent);
  }
});

Deno.test("shell help lists the commands it can run, its own, and the legacy words", async () => {
  await using local = await testServer();
  const { lines } = await script(local, "help\n");
  const terms = lines.map((line) => line.split(/ {2,}/)[0]!);
  const places = ["get NAME…", "cd [DIR]", "words of the legacy programs:", "arquivo"]
    .map((term) => terms.indexOf(term));
  assertEquals(places, places.filter((place) => place >= 0).toSorted((a, b) => a - b));
  for (const term of ["pwd", "chat [TEXT]", "exit", "sair"]) {
    assertEquals(terms.includes(term), true, term);
  }
  for (const word of ["shell", "discover"]) assertEquals(terms.includes(word), false, word);
  assertEquals(terms.length, new Set(terms).size);
});

Deno.test("shell passes its flags to commands, which can override them", () => {
  const context = fakeContext(["shell", "--json", "--retries", "3"]);
  const line = (...words: string[]) => {
    const parsed = parseCommandLine(words, CLIENT);
    const row = checkCommandLine(parsed, CLIENT);
    const stop = new AbortController().signal;
    return commandContext(context, { row, line: parsed, words, cwd: "a/b", stop });
  };
  const ls = line("ls");
  assertEquals([ls.args, ls.values.json, ls.values.retries], [["a/b"], true, 3]);
  assertEquals(line("ls", "--retries", "1").values.retries, 1);
  assertEquals([line("du").args, line("du", "c").args], [["a/b"], ["a/b/c"]]);
  assertEquals(line("put", "here").values.to, "a/b");
  assertEquals(line("put", "here", "--to", "../c").values.to, "a/c");
  assertEquals([line("put", "here").args, line("get", "x").args], [["here"], ["a/b/x"]]);
});

pure("a URL in a line of the shell names a path from the root of its server alone", () => {
  const pin = "ab".repeat(32);
  const context = fakeContext(["shell", "--host", `fts://h:1/#${pin}`]);
  const line = (...words: string[]) => {
    const parsed = parseCommandLine(words, CLIENT);
    const row = checkCommandLine(parsed, CLIENT);
    const stop = new AbortController().signal;
    return commandContext(context, { row, line: parsed, words, cwd: "a", stop });
  };
  assertEquals(line("get", "fts://h:1/b%20c", "d").args, ["b c", "a/d"]);
  assertEquals(line("ls", `fts://h:1/#${pin}`).args, ["."]);
  const put = line("put", "x", "fts://h:1/b/");
  assertEquals([put.args, put.values.to, put.values.host], [["x"], "b", context.values.host]);
  for (const url of ["fts://h:2/b", `fts://h:1/#${pin}.token`, `fts://h:1/#${"c".repeat(64)}`]) {
    const { code, message } = assertThrows(() => line("get", url), FtError);
    assertEquals([code, message.includes(".token")], ["usage", false], url);
  }
});

Deno.test("cd in the shell takes a URL on its server", async () => {
  await using local = await testServer();
  await Deno.mkdir(`${local.root}/a/b`, { recursive: true });
  const { lines } = await script(local, `cd a\ncd ${local.url}/a/b\npwd\n`);
  assertEquals(lines, ["/a/b"]);
});

pure("the settings of a config file hold for the commands of a shell, too", () => {
  const values = new Map<string, FlagValue>([["downloads", "/tmp/got"], ["transfers", 3]]);
  const shell = { ...fakeContext(["shell"]), config: { path: "client.json", values } };
  const line = (...words: string[]) => {
    const parsed = parseCommandLine(words, CLIENT);
    const row = checkCommandLine(parsed, CLIENT);
    const stop = new AbortController().signal;
    return commandContext(shell, { row, line: parsed, words, cwd: ".", stop }).values;
  };
  assertEquals([line("get", "x").dir, line("get", "x").transfers], ["/tmp/got", 3]);
  assertEquals(line("get", "x", "-d", "here", "--transfers", "1").dir, "here");
});

Deno.test("completeLine offers commands, then names on the server or local names", async () => {
  await using local = await testServer();
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("local.txt"), "");
  await Deno.mkdir(`${local.root}/reports/old`, { recursive: true });
  await Deno.writeTextFile(`${local.root}/reports/a b.txt`, "");
  await using remote = await local.connect();
  const at = async (text: string, cwd = ".") =>
    (await completeLine(text, {
      commands: CLIENT.commands,
      cwd,
      home: dir.path,
      files: () => Promise.resolve(remote.files),
    })).candidates;
  assertEquals(await at("do"), ["doctor", "download"]);
  assertEquals(await at("pw"), ["pwd"]);
  assertEquals(await at("sh"), ["share"]);
  assertEquals(await at("get re"), ["reports/"]);
  assertEquals(await at("get reports/"), ["reports/a\\ b.txt", "reports/old/"]);
  assertEquals(await at("get ", "reports"), ["a\\ b.txt", "old/"]);
  assertEquals(await at(`put ${dir.path}/lo`), [`${dir.path}/local.txt`]);
  assertEquals(await at('get "rep'), ['"reports/']);
  assertEquals(await at('get "reports/a b'), ['"reports/a b.txt"']);
  assertEquals(await at("get 'reports/a"), ["'reports/a b.txt'"]);
  assertEquals([await at('get rep"o'), await at("get rep\\")], [[], []]);
  assertEquals(await at("put ~/lo"), ["~/local.txt"]);
});

Deno.test("HistoryFile keeps lines between runs, readable only by their owner", async () => {
  await using dir = await tempDir();
  const state = dir.join("ft");
  HistoryFile.open(state).add("ls");
  await Deno.writeTextFile(`${state}/history`, "evil\x1b[2J\n", { append: true });
  assertEquals(HistoryFile.open(state).lines, ["ls", "evil[2J"]);
  assertEquals((await Deno.stat(`${state}/history`)).mode! & 0o777, 0o600);
  HistoryFile.open(undefined).add("nowhere");
});

Deno.test("chat sends each piped line, and exits with the code of a refused one", async () => {
  await using local = await testServer();
  await using remote = await local.connect();
  await using seat = await remote.chat.join({ name: "ben" });
  const open = () => local.connect();
  const context = { ...fakeContext(["chat", "--name", "ana", "--linger", "0.05"]), open };
  const talking = chatOver(context, pipedInput(`one\n${"x".repeat(9000)}\ntwo`));
  const texts: string[] = [];
  for await (const { kind, text } of seat.messages) {
    if (kind === "message") texts.push(text);
    if (text === "two") break;
  }
  await remote.chat.say("bye\x07");
  assertEquals(await talking, 8);
  context.out.flush();
  assertEquals(texts, ["one", "two"]);
  assertEquals(context.stdout.lines, ["ben: bye\\x07"]);
});

Deno.test({
  name: "scriptedShell counts the retries of a command once, and reports them",
  permissions,
  async fn() {
    using time = new FakeTime();
    const lost = new AbortController();
    let connections = 0;
    const open = () => {
      if (++connections === 1) return Promise.resolve(fakeRemote({ signal: lost.signal }));
      return Promise.reject(new FtError("network", "refused"));
    };
    const reports: RetryAttempt[] = [];
    const onRetry = (attempt: RetryAttempt) => void reports.push(attempt);
    const context = { ...fakeContext(["shell", "--retries", "2"]), open, onRetry };
    const read = () => {
      lost.abort(new FtError("network", "lost"));
      return Promise.resolve(lines.shift() ?? null);
    };
    const lines = [new TextEncoder().encode("ls\nwho\n")];
    const shell = scriptedShell(context, { terminal: false, read, setRaw() {} });
    await time.run();
    assertEquals(await shell, 5);
    assertEquals(connections, 1 + 3 + 3);
    assertEquals(reports.map(({ attempt }) => attempt), [1, 2, 1, 2]);
  },
});

pure(
  "the shell refuses flags that would do nothing in a line, and prints a command's help",
  async () => {
    const context = fakeContext(["shell"]);
    const shell = new Shell({ context, background: false });
    const cases: [line: string, message: string][] = [
      ["ls --host h", "--host holds for the whole shell"],
      ["ls --json", "--json holds for the whole shell"],
      ["get a --bwlimit 1K", "--bwlimit holds for the whole shell"],
      ["get a -o - --rename", "--rename does nothing with -o -"],
      ["get a --log-file", "--log-file holds for the whole shell"],
    ];
    for (const [line, message] of cases) {
      await shell.run(line);
      assertEquals(shell.code, 2, line);
      assertStringIncludes(context.stderr.lines.at(-1)!, message);
    }
    await shell.run("get --help");
    context.out.flush();
    assertStringIncludes(context.stdout.text, "Usage: ftclient get NAME…");
  },
);
