import { assertEquals, assertStringIncludes } from "@std/assert";
import { CLIENT, runClient } from "../../../lib/cli/client/client_program.ts";
import { parseCommandLine } from "../../../lib/cli/program/command_line.ts";
import { runServer } from "../../../lib/cli/server/server_program.ts";
import { capturedHost } from "../../../testing/cli/captured.ts";
import { pure } from "../../../testing/pure.ts";

/** Runs a program. @returns Its exit code and both streams. */
async function outcome(run: typeof runClient, words: readonly string[]) {
  const host = capturedHost();
  const code = await run(words, host);
  return { code, stdout: host.stdout.text, stderr: host.stderr.text };
}

pure("help and version print what the flags print, in both programs", async () => {
  for (
    const [run, command, flag] of [
      [runClient, "help", "--help"],
      [runClient, "help help", "--help"],
      [runClient, "help version", "--help"],
      [runClient, "help get", "get --help"],
      [runClient, "help list", "ls --help"],
      [runClient, "help cat", "get --help"],
      [runClient, "version", "--version"],
      [runClient, "--no-color version", "--version"],
      [runServer, "help", "--help"],
      [runServer, "help serve", "serve --help"],
      [runServer, "help user add", "user add --help"],
      [runServer, "version", "--version"],
    ] as const
  ) {
    const said = await outcome(run, command.split(" "));
    assertEquals(said, await outcome(run, flag.split(" ")), command);
    assertEquals([said.code, said.stderr], [0, ""], command);
  }
});

pure("help and version refuse what they do not know, with one line and exit code 2", async () => {
  for (
    const [run, words, message] of [
      [runClient, "help gte", "ftclient: unknown command: gte; did you mean get?\n"],
      [runClient, "help get put", "ftclient: help takes no more arguments: put\n"],
      [runClient, "version x", "ftclient: version takes no more arguments: x\n"],
      [runClient, "hlep", "ftclient: unknown command: hlep; did you mean help?\n"],
      [
        runServer,
        "help user",
        "ftserver: user needs one of: add, passwd, role, remove, list\n",
      ],
    ] as const
  ) {
    const stderr = message;
    assertEquals(await outcome(run, words.split(" ")), { code: 2, stdout: "", stderr }, words);
  }
});

pure("list, download, upload and cat are read as ls, get, put and get -o -", () => {
  for (
    const [typed, meant] of [
      ["list -l docs", "ls -l docs"],
      ["download a b -d x", "get a b -d x"],
      ["upload a --to x", "put a --to x"],
      ["cat a", "get a -o -"],
      ["-q cat a", "get -q a -o -"],
    ] as const
  ) {
    const [one, other] = [typed, meant].map((line) => parseCommandLine(line.split(" "), CLIENT));
    assertEquals(one, other, typed);
  }
});

pure("cp, and cat with -o, are refused with what to type", async () => {
  for (
    const [words, message] of [
      ["cp a b", "unknown command: cp; use get to download, or put to upload"],
      ["cp", "unknown command: cp; use get to download, or put to upload"],
      ["help cp", "unknown command: cp; use get to download, or put to upload"],
      ["cat a -o b", "cat does not take --output"],
      ["cta a", "unknown command: cta; did you mean cat?"],
      ["constructor", "unknown command: constructor"],
    ] as const
  ) {
    const { code, stderr } = await outcome(runClient, words.split(" "));
    assertEquals([code, stderr], [2, `ftclient: ${message}\n`]);
  }
});

pure("the help of ftclient names the synonyms that work", async () => {
  const { stdout } = await outcome(runClient, ["help"]);
  const line = "Other words that work: list (ls), download (get), upload (put), cat (get -o -).";
  assertStringIncludes(stdout.replace(/\s+/g, " "), line);
});
