import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FtError } from "../../../lib/base/errors.ts";
import { CLIENT } from "../../../lib/cli/client/client_program.ts";
import { checkCommandLine, parseCommandLine } from "../../../lib/cli/program/command_line.ts";
import { SERVER } from "../../../lib/cli/server/server_program.ts";

const permissions = "none";
const parse = (...args: string[]) => parseCommandLine(args, CLIENT);
const check = (...args: string[]) => checkCommandLine(parse(...args), CLIENT);

function refusal(...args: string[]): string {
  const error = assertThrows(() => check(...args), FtError);
  assertEquals(error.exitCode, 2);
  assertEquals(error.message.includes("\n"), false);
  return error.message;
}

Deno.test({
  name: "parseCommandLine accepts flags before and after the command, long, short, and attached",
  permissions,
  fn() {
    for (
      const args of [
        ["--host", "h", "get", "a", "-d", "x"],
        ["get", "-H", "h", "a", "--dir=x"],
        ["get", "a", "-Hh", "-dx"],
        ["-dx", "--host=h", "get", "a"],
      ]
    ) {
      const line = parse(...args);
      assertEquals(line.command?.name, "get");
      assertEquals(line.args, ["a"]);
      assertEquals(line.given.get("host"), ["h"]);
      assertEquals(line.given.get("dir"), ["x"]);
    }
  },
});

Deno.test({
  name: "parseCommandLine never takes an argument as the value of a boolean flag",
  permissions,
  fn() {
    for (const flag of ["-r", "--recursive", "--overwrite", "--json", "--no-resume"]) {
      for (const name of ["true", "false", "1", "0x10", "1e3"]) {
        const line = parse("get", flag, name);
        assertEquals(line.args, [name]);
        assertEquals(line.given.size, 1);
        assertEquals([...line.given.values()], [true]);
      }
    }
  },
});

Deno.test({
  name: "parseCommandLine accepts a lone dash as a value and as an argument",
  permissions,
  fn() {
    assertEquals(parse("get", "a", "-o", "-").given.get("output"), ["-"]);
    assertEquals(parse("get", "a", "--output", "-").given.get("output"), ["-"]);
    assertEquals(parse("put", "-", "--as", "x").args, ["-"]);
  },
});

Deno.test({
  name: "parseCommandLine ends options at --",
  permissions,
  fn() {
    const line = parse("get", "-r", "--", "-x", "--host", "--");
    assertEquals(line.args, ["-x", "--host", "--"]);
    assertEquals([...line.given.keys()], ["recursive"]);
  },
});

Deno.test({
  name: "parseCommandLine reads -rq as -r -q",
  permissions,
  fn() {
    assertEquals([...parse("get", "-rqo", "x", "a").given.keys()].sort(), [
      "output",
      "quiet",
      "recursive",
    ]);
  },
});

Deno.test({
  name: "parseCommandLine names an unknown flag or command and the nearest one, but never a value",
  permissions,
  fn() {
    assertEquals(refusal("gte", "a"), "unknown command: gte; did you mean get?");
    assertEquals(refusal("zebra"), "unknown command: zebra");
    assertEquals(
      refusal("get", "a", "--overwite"),
      "unknown flag: --overwite; did you mean --overwrite?",
    );
    assertEquals(refusal("get", "--frob=s3cret", "a"), "unknown flag: --frob");
    assertEquals(refusal("get", "-Zs3cret", "a"), "unknown flag: -Z");
    assertEquals(refusal("ge\x1b[2Jt"), "unknown command: ge\\x1b[2Jt");
  },
});

Deno.test({
  name: "parseCommandLine names the flag whose value is missing",
  permissions,
  fn() {
    assertEquals(refusal("get", "a", "--dir"), "--dir needs a value (DIR)");
    assertEquals(refusal("get", "a", "-d"), "-d needs a value (DIR)");
    assertEquals(refusal("get", "a", "--dir", "--json"), "--dir needs a value (DIR)");
    assertEquals(refusal("get", "a", "--dir="), "--dir needs a value (DIR)");
    assertEquals(refusal("get", "a", "--dir", "--", "x"), "--dir needs a value (DIR)");
    assertEquals(refusal("get", "a", "--json=yes"), "--json takes no value");
  },
});

Deno.test({
  name: "checkCommandLine refuses flags of other commands and a wrong number of arguments",
  permissions,
  fn() {
    assertEquals(refusal("ls", "--overwrite"), "ls does not take --overwrite");
    assertEquals(refusal("get"), "get needs NAME…");
    assertEquals(refusal("mv", "a"), "mv needs FROM TO");
    assertEquals(refusal("ls", "a", "b"), "ls takes no more arguments: b");
    assertEquals(refusal("get", ""), "get: an argument is empty");
    assertStringIncludes(refusal(), "no command given");
  },
});

Deno.test({
  name: "parseCommandLine defaults to serve for ftserver",
  permissions,
  fn() {
    assertEquals(parseCommandLine([], SERVER).command?.name, "serve");
    const line = parseCommandLine(["-l", "ft://a:1", "--listen=ft://b:2"], SERVER);
    assertEquals(line.given.get("listen"), ["ft://a:1", "ft://b:2"]);
  },
});

Deno.test({
  name: "parseCommandLine finds two-word commands and negated flags",
  permissions,
  fn() {
    const row = {
      topic: "clubs",
      summary: "",
      usage: "NAME",
      count: [1, 1] as const,
      load: () => fail(),
    };
    const table = {
      ...SERVER,
      flags: [...SERVER.flags, {
        name: "console",
        kind: "boolean" as const,
        help: "",
        negatable: true as const,
      }],
      commands: [...SERVER.commands, { ...row, name: "club add" }, { ...row, name: "club list" }],
    };
    const line = parseCommandLine(["club", "add", "ana", "--no-console"], table);
    assertEquals([line.command?.name, line.args], ["club add", ["ana"]]);
    assertEquals(line.given.get("console"), false);
    assertEquals(parseCommandLine(["--console"], table).given.get("console"), true);
    assertThrows(() => parseCommandLine(["club"], table), FtError, "club needs one of: add, list");
    assertThrows(() => parseCommandLine(["club", "ad"], table), FtError, "did you mean club add?");
  },
});

function fail(): never {
  throw new Error("must not run");
}

Deno.test({
  name: "parseCommandLine parses any arguments or refuses them with usage",
  permissions,
  fn() {
    const word = fc.oneof(
      fc.constantFrom("get", "ls", "-", "--", "-r", "--host", "--to=", "-o", "--no-resume", "-Hx"),
      fc.string({ maxLength: 6 }),
      fc.string({ maxLength: 4 }).map((s) => `--${s}`),
      fc.string({ maxLength: 4 }).map((s) => `-${s}`),
    );
    fc.assert(fc.property(fc.array(word, { maxLength: 6 }), (args) => {
      try {
        parseCommandLine(args, CLIENT);
      } catch (error) {
        if (!(error instanceof FtError) || error.exitCode !== 2) throw error;
      }
    }));
    assertEquals(({} as Record<string, unknown>).x, undefined);
  },
});

Deno.test({
  name: "a flag whose value is two words takes both, and names what is missing",
  permissions,
  fn() {
    const words = ["--on", "upload", "https://a", "--on=remove https://b"];
    const line = parseCommandLine(words, SERVER);
    assertEquals(line.given.get("on"), ["upload https://a", "remove https://b"]);
    for (const args of [["--on"], ["--on", "upload"], ["--on", "upload", "--quiet"]]) {
      const error = assertThrows(() => parseCommandLine(args, SERVER), FtError);
      assertEquals(error.message, "--on needs a value (EVENT URL)");
    }
  },
});
