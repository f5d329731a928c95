/**
 * Errors that the runtime words for programmers: each is provoked, and reaches the user in words of
 * our own, without advice about the runtime's flags.
 */

import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { programFromTask } from "../../testing/programs/program.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { System } from "../../testing/programs/system.ts";

const FOREIGN = /run again|--allow|os error|Requires|UnknownIssuer|peer certificate/;

interface Case {
  /** Words of the runtime's command line to leave out. */
  readonly without?: RegExp;
  /** A permission that is given in its place. */
  readonly with?: string;
  readonly env?: Record<string, string>;
  readonly args: readonly string[];
  readonly message: RegExp;
  readonly code: number;
}

const CASES: Record<string, Case> = {
  "a new server without a folder to remember it in": {
    env: { HOME: "", XDG_STATE_HOME: "" },
    args: ["ls"],
    message: /it is new, and there is no file of known servers .*set HOME.*--pin/,
    code: 10,
  },
  "no permission for the network": {
    without: /^--allow-net/,
    args: ["ls"],
    message: /this program was started without net access to "127\.0\.0\.1:\d+"/,
    code: 4,
  },
  "no permission to read the state": {
    without: /^--allow-read/,
    // From source, a command is read when it is run.
    with: `--allow-read=${REPOSITORY}`,
    args: ["ls"],
    message: /Cannot read \S+known_hosts: this program was started without read access/,
    code: 4,
  },
  "no permission to write a download": {
    without: /^--allow-write/,
    args: ["get", "a.txt"],
    message: /this program was started without write access/,
    code: 4,
  },
  "authorities in a file without any": {
    args: ["ls", "--ca", "/dev/null"],
    message: /--ca: there is no certificate in PEM in \/dev\/null/,
    code: 2,
  },
  "authorities in a file that is missing": {
    args: ["ls", "--ca", "nowhere.pem"],
    message: /not found: nowhere\.pem/,
    code: 3,
  },
};

for (const [name, { without, with: more, env, args, message, code }] of Object.entries(CASES)) {
  Deno.test(`foreign-messages-are-replaced: ${name}`, async () => {
    const client = await programFromTask("ftclient");
    await using system = await System.start({ listen: "fts://127.0.0.1:0" });
    await Deno.writeTextFile(system.served("a.txt"), "a");
    const words = client.args.filter((word) => without === undefined || !without.test(word));
    const [run, ...rest] = words;
    const flags = more === undefined ? [] : [more];
    const program = { path: client.path, args: [run!, ...flags, ...rest] };
    const ended = await system.client(args, { env, program });
    assertMatch(ended.stderr, message);
    assertNotMatch(ended.stderr, FOREIGN);
    assertEquals(ended.code, code, ended.stderr);
  });
}
