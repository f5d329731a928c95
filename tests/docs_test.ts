/**
 * Checks the docs: limits have the values of the code, links have targets, commands exist.
 */

import { assert, assertEquals } from "@std/assert";
import { programFromTask, splitWords } from "../testing/programs/program.ts";
import { REPOSITORY } from "../testing/repository.ts";
import * as limits from "../lib/base/limits.ts";
import { CLIENT_FLAGS } from "../lib/cli/client/client_flags.ts";
import { CLIENT } from "../lib/cli/client/client_program.ts";
import { parseCommandLine } from "../lib/cli/program/command_line.ts";
import type { ProgramTable } from "../lib/cli/program/program_table.ts";
import { SERVER_FLAGS } from "../lib/cli/server/server_flags.ts";
import { SERVER } from "../lib/cli/server/server_program.ts";
import { readLimit, readLimitRows, relativeLinks } from "./limit_table.ts";
import { dirname, join } from "node:path";
import { filesBelow } from "../testing/files/same_files.ts";

const read = (name: string) => Deno.readTextFile(join(REPOSITORY, name));

/** Every page of the repository, by its path. */
async function pages(): Promise<string[]> {
  const docs = await filesBelow(join(REPOSITORY, "docs"), "docs/");
  const bench = await filesBelow(join(REPOSITORY, "bench"), "bench/");
  const top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];
  return [...top, ...[...docs, ...bench].filter((name) => name.endsWith(".md"))];
}

Deno.test("LIMITS.md has every constant of limits.ts, once, with its value", async () => {
  const rows = readLimitRows(await read("docs/LIMITS.md"));
  const written = rows.map(({ name, value }) => [name, readLimit(value)]);
  assertEquals(written.toSorted(), Object.entries(limits).toSorted());
});

Deno.test("LIMITS.md explains each limit, and names existing flags", async () => {
  const flags: string[] = [...SERVER_FLAGS, ...CLIENT_FLAGS].map(({ name }) => `--${name}`);
  for (const { name, flag, meaning } of readLimitRows(await read("docs/LIMITS.md"))) {
    assert(meaning.length > 10, `${name} is not explained`);
    assert(flag === "" || flags.includes(flag), `${name}: there is no flag ${flag}`);
  }
});

Deno.test("relative links in the docs have targets", async () => {
  const dead: string[] = [];
  for (const page of await pages()) {
    for (const link of relativeLinks(await read(page))) {
      const target = join(REPOSITORY, dirname(page), link);
      if (await Deno.stat(target).catch(() => undefined) === undefined) {
        dead.push(`${page}: ${link}`);
      }
    }
  }
  assertEquals(dead, []);
});

Deno.test("tasks in the docs exist", async () => {
  const config = await read("deno.json");
  for (const page of await pages()) {
    for (const [, task] of (await read(page)).matchAll(/\b(?:deno|deno@[\d.]+) task ([\w:]*\w)/g)) {
      assert(new RegExp(`"${task}":`).test(config), `${page}: there is no task ${task}`);
    }
  }
});

/** The commands of our programs in a page: in its shell blocks, and in its text. */
function commandsIn(text: string): string[][] {
  const blocks = [...text.matchAll(/^ *```(?:sh|ini)?\n(.*?)^ *```$/gms)];
  const lines = blocks.flatMap(([, block]) => block!.replaceAll("\\\n", " ").split("\n"));
  const inline = text.replaceAll(/^ *```.*?^ *```$/gms, "").matchAll(/`([^`]+)`/g);
  return [...lines, ...Array.from(inline, ([, code]) => code!)].flatMap((line) =>
    line.replace(/(^|\s)#.*$/, "").split("|").map((part) =>
      splitWords(
        part.trim().replace(/^(?:deno task|ExecStart=\S*?(?=ft))\s*/, "").replace(
          /^.*=\/\S*\//,
          "",
        ),
      )
    )
  );
}

Deno.test("commands in the docs exist, with their flags", async () => {
  let checked = 0;
  for (const page of await pages()) {
    if (page === "CHANGELOG.md") continue;
    for (const [program, ...words] of commandsIn(await read(page))) {
      const table: ProgramTable<never> | undefined = [CLIENT, SERVER].find(({ name }) =>
        name === program
      );
      if (table === undefined || words.length === 0 || words.includes("…")) continue;
      // The name of a whole group, such as `ftserver user`.
      if (
        words.length === 1 && table.commands.some(({ name }) => name.startsWith(`${words[0]} `))
      ) {
        continue;
      }
      try {
        parseCommandLine(words, { ...table, takesWord: (word) => /^(FILE|PATH)$|[./]/.test(word) });
      } catch (error) {
        throw new Error(`${page}: ${program} ${words.join(" ")}`, { cause: error });
      }
      checked++;
    }
  }
  assert(checked > 50, `${checked} commands`);
});

Deno.test("INSTALL.md names every environment variable of the programs", async () => {
  const { args } = await programFromTask("ftclient");
  const names = args.find((arg) => arg.startsWith("--allow-env="))!.split("=")[1]!.split(",");
  const page = await read("docs/INSTALL.md");
  for (const name of names) assert(page.includes(`\`${name.replace("*", "")}\``), name);
});

Deno.test("the programs' tasks grant only net, read, write and named variables, the server also addresses", async () => {
  for (const name of ["ftserver", "ftclient"] as const) {
    const { args } = await programFromTask(name);
    const flags = args.slice(1, -1).map((arg) => arg.replace(/^(--allow-env)=[\w,*]+$/, "$1=…"));
    const named = ["--allow-env=…", "--allow-net", "--allow-read", "--allow-write", "--no-prompt"];
    const own = name === "ftserver" ? ["--allow-sys=networkInterfaces,statfs"] : [];
    assertEquals(flags.toSorted(), [...named, ...own].toSorted());
  }
});

Deno.test({
  name: "readLimit parses sizes and times, and nothing else",
  permissions: "none",
  fn() {
    assertEquals(["4096", "256 KiB", "10 s", "7 d"].map(readLimit), [
      ...[4096, 262_144, 10_000, 604_800_000],
    ]);
    assertEquals(readLimit("2^53 - 1"), Number.MAX_SAFE_INTEGER);
    for (const bad of ["", "ten", "10 parsecs", "-1"]) assertEquals(readLimit(bad), NaN, bad);
  },
});

Deno.test({
  name: "readLimitRows parses tables of limits",
  permissions: "none",
  fn() {
    const rows = readLimitRows(
      "| constant | value |\n|---|---|\n| `A_B` | 1 s | `--a` | means | x |\n",
    );
    assertEquals(rows, [{ name: "A_B", value: "1 s", flag: "--a", meaning: "means" }]);
  },
});

Deno.test({
  name: "relativeLinks finds links to files, and skips code and web addresses",
  permissions: "none",
  fn() {
    const text = "[a](x.md#top) [b](https://h/) [c](#here) `[d](y.md)`\n```\n[e](z.md)\n```\n";
    assertEquals(relativeLinks(text), ["x.md"]);
  },
});

Deno.test({
  name: "splitWords removes quotes and does not split quoted words",
  permissions: "none",
  fn() {
    assertEquals(splitWords(`deno run '--allow-env=A,B_*' "a b" c`), [
      ...["deno", "run", "--allow-env=A,B_*", "a b", "c"],
    ]);
  },
});
