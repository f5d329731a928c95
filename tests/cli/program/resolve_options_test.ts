import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import type { ClientValues } from "../../../lib/cli/client/client_flags.ts";
import { CLIENT } from "../../../lib/cli/client/client_program.ts";
import { parseConfig } from "../../../lib/cli/program/config_file.ts";
import { configKey, envName, flagsOf } from "../../../lib/cli/program/flag_table.ts";
import { parseValue } from "../../../lib/cli/program/flag_value.ts";
import { resolveOptions } from "../../../lib/cli/program/resolve_options.ts";
import { parseCommandLine } from "../../../lib/cli/program/command_line.ts";
import type { Options } from "../../../lib/cli/program/program_table.ts";
import { SERVER } from "../../../lib/cli/server/server_program.ts";
import type { ServerValues } from "../../../lib/cli/server/server_flags.ts";

const permissions = "none";

function resolve(
  args: string[],
  env: Record<string, string> = {},
  config = "{}",
): Options<ClientValues> {
  return resolveOptions(
    parseCommandLine(args, CLIENT),
    CLIENT,
    (name) => env[name],
    parseConfig(config, "client.json", CLIENT.flags),
  );
}

Deno.test({
  name: "resolveOptions prefers flag, then environment, then config, then default",
  permissions,
  fn() {
    const args = ["get", "a"];
    const env = { FTCLIENT_TRANSFERS: "3" };
    const config = '{"transfers": 4}';
    const found = (options: Options<ClientValues>) => [
      options.values.transfers,
      options.sources.transfers,
    ];
    assertEquals(found(resolve([...args, "--transfers", "2"], env, config)), [2, "flag"]);
    assertEquals(found(resolve(args, env, config)), [3, "environment"]);
    assertEquals(found(resolve(args, {}, config)), [4, "config"]);
    assertEquals(found(resolve(args)), [8, "default"]);
  },
});

Deno.test({
  name: "resolveOptions reads every kind of value from the environment",
  permissions,
  fn() {
    const { values } = resolve(["get", "a"], {
      FTCLIENT_HOST: "ft://h",
      FTCLIENT_TIMEOUT: "0.5",
      FTCLIENT_NO_RESUME: "yes",
      FTCLIENT_PROGRESS: "json",
      FTCLIENT_OVERWRITE: "",
    });
    assertEquals(
      [values.host, values.timeout, values["no-resume"], values.progress, values.overwrite],
      ["ft://h", 0.5, true, "json", false],
    );
    const server = resolveOptions<ServerValues>(
      parseCommandLine([], SERVER),
      SERVER,
      (name) => name === "FTSERVER_LISTEN" ? "ft://a:1, ft://b:2" : undefined,
    );
    assertEquals(server.values.listen, ["ft://a:1", "ft://b:2"]);
  },
});

Deno.test({
  name: "resolveOptions limits a number of seconds to what a timer can hold",
  permissions,
  fn() {
    const { values } = resolve(["chat", "--timeout", "2147483", "--linger", "9".repeat(15)]);
    assertEquals([values.timeout, values.linger], [2147483, 2147483.647]);
  },
});

Deno.test({
  name: "resolveOptions names the flag or variable with an invalid value",
  permissions,
  fn() {
    const refused: [string[], Record<string, string>, string][] = [
      [["--timeout", "soon"], {}, '--timeout: expected a number of seconds, got "soon"'],
      [["--timeout", "0"], {}, "--timeout"],
      [["--transfers", "0"], {}, "--transfers: expected a whole number from 1"],
      [["--transfers", "1.5"], {}, "--transfers"],
      [["--retries", "99999999999999999999"], {}, "--retries"],
      [["--progress", "plan"], {}, "did you mean plain?"],
      [[], { FTCLIENT_JSON: "maybe" }, "FTCLIENT_JSON: expected true or false"],
      [[], { FTCLIENT_RETRIES: "many" }, "FTCLIENT_RETRIES"],
    ];
    for (const [flags, env, message] of refused) {
      assertThrows(() => resolve(["get", "a", ...flags], env), FtError, message);
    }
  },
});

Deno.test({
  name: "resolveOptions accepts a --bwlimit of 0, which is no limit, and each kind at its minimum",
  permissions,
  fn() {
    const valid: [string, string, unknown][] = [
      ["--bwlimit", "0", 0],
      ["--bwlimit", "1", 1],
      ["--bwlimit", "1.5Ki/s", 1536],
      ["--transfers", "1", 1],
      ["--retries", "0", 0],
      ["--timeout", "0.001", 0.001],
    ];
    for (const [flag, text, value] of valid) {
      const { values } = resolve(["get", "a", flag, text]);
      assertEquals(values[flag.slice(2) as keyof ClientValues], value, `${flag} ${text}`);
    }
    const rate = { name: "rate", kind: "rate", min: 10, help: "" } as const;
    assertEquals(parseValue(rate, "10", "--rate"), 10);
    for (const text of ["9", "-1", "fast", "1.5"]) {
      assertThrows(() => parseValue(rate, text, "--rate"), FtError, "expected a size such as");
    }
    const server = parseCommandLine(["--bwlimit", "0"], SERVER);
    const { values } = resolveOptions<ServerValues>(server, SERVER, () => undefined);
    assertEquals(values.bwlimit, 0);
  },
});

Deno.test({
  name: "parseValue reads true and false in several spellings",
  permissions,
  fn() {
    const row = { name: "quiet", kind: "boolean", help: "" } as const;
    for (const text of ["1", "true", "YES", "on"]) assertEquals(parseValue(row, text, "X"), true);
    for (const text of ["0", "False", "no", "off"]) assertEquals(parseValue(row, text, "X"), false);
    for (const text of ["", "2", "y"]) assertThrows(() => parseValue(row, text, "X"), FtError);
  },
});

Deno.test({
  name: "an invalid value is quoted, escaped and shortened in its error",
  permissions,
  fn() {
    const row = { name: "retries", kind: "number", help: "" } as const;
    const message = (text: string) =>
      assertThrows(() => parseValue(row, text, "--retries"), FtError).message;
    assertEquals(message("four"), '--retries: expected a whole number from 0, got "four"');
    assertEquals(message("\x9b"), '--retries: expected a whole number from 0, got "\\x9b"');
    assertEquals(message("x".repeat(1000)).length < 150, true);
  },
});

Deno.test({
  name: "resolveOptions ignores settings that the command does not take",
  permissions,
  fn() {
    assertEquals(resolve(["ls"], { FTCLIENT_TRANSFERS: "x" }).values.transfers, 8);
    assertEquals(resolve(["ls", "-R"]).values.recursive, true);
    assertEquals(resolve(["rm", "-r", "a"]).values.recursive, true);
    assertEquals(resolve(["ls"]).values.recursive, false);
  },
});

Deno.test({
  name: "parseConfig takes downloads as the folder of get",
  permissions,
  fn() {
    const { values, sources } = resolve(["get", "a"], {}, '{"downloads": "/d"}');
    assertEquals([values.dir, sources.dir], ["/d", "config"]);
  },
});

Deno.test({
  name: "parseConfig names file, line and key of an invalid setting",
  permissions,
  fn() {
    const refused: [string, string][] = [
      ["{", "client.json:1: not JSON"],
      ["[]", "client.json:1: expected a JSON object"],
      ['{"hots": "h"}', 'client.json:1: unknown key "hots"; did you mean host?'],
      ['{"timeout": "1"}', 'client.json:1: timeout: expected a number, got "1"'],
      ['{"timeout": -1}', "client.json:1: timeout: expected a number of seconds"],
      ['{"json": 1}', "client.json:1: json: expected true or false, got 1"],
      ['{"host": null}', "client.json:1: host: expected text, got null"],
      ['{"progress": "x"}', "client.json:1: progress: expected one of"],
      ['{"help": true}', 'client.json:1: unknown key "help"'],
      ['{"config": "x"}', 'client.json:1: unknown key "config"'],
      ['{\n  "host": "x: y",\n  "timeout":\n "1"}', "client.json:3: timeout: expected a number"],
      ['{\n  "host": "h",\n  "retries": 1,,\n}', "client.json:3: not JSON"],
      ['{"__proto__": 1}', "client.json:1: unknown key"],
    ];
    for (const [text, message] of refused) {
      const error = assertThrows(
        () => parseConfig(text, "client.json", CLIENT.flags),
        FtError,
        message,
      );
      assertEquals(error.exitCode, 2);
    }
  },
});

for (const table of [CLIENT, SERVER]) {
  Deno.test({
    name: `the table of ${table.name} has one meaning for each name, letter, variable and key`,
    permissions,
    fn() {
      const commands: readonly string[] = table.commands.map((row) => row.name);
      for (const command of commands) {
        const rows = flagsOf(table.flags, command);
        for (
          const of of [
            rows.map((row) => row.name),
            rows.flatMap((row) => row.short ?? []),
            rows.map((row) => envName(table.name, row)),
            rows.map(configKey),
          ]
        ) assertEquals(new Set(of).size, of.length, `${command}: ${of}`);
      }
      const letters = new Map<string, string>();
      const kinds = new Map<string, string>();
      for (const row of table.flags) {
        // The parser sees flags before it knows the command, so they must mean the same everywhere.
        if (row.short) assertEquals(letters.get(row.short) ?? row.name, row.name);
        if (row.short) letters.set(row.short, row.name);
        assertEquals(kinds.get(row.name) ?? row.kind, row.kind);
        kinds.set(row.name, row.kind);
        assertEquals(row.commands?.every((command) => commands.includes(command)) ?? true, true);
        assertEquals(row.kind === "choice", "choices" in row);
        assertEquals(row.kind !== "boolean", "placeholder" in row, `${row.name}: placeholder`);
        assertMatch(row.help, /^[^A-Z].{4,}[^.]$/, row.name);
      }
    },
  });
}
