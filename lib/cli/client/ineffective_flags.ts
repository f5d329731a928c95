/**
 * Refuses flags that would do nothing: users who type them expect an effect. A variable or a config
 * key holds for many commands, so there they are ignored.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { parseEndpoints } from "../../client/remote/endpoints.ts";
import type { Options } from "../program/program_table.ts";
import type { ClientValues } from "./client_flags.ts";

/** A run of a command, as typed. */
export interface TypedCommand extends Options<ClientValues> {
  /** The name of the command. */
  readonly command: string;
  readonly args: readonly string[];
  /** The token of a link. */
  readonly token?: string | undefined;
}

/** A kind of run, and the flags that do nothing in it, with the reasons. */
interface Situation {
  readonly applies: (run: TypedCommand) => boolean;
  /** Completes "--FLAG does nothing …". */
  readonly where: string;
  readonly flags: Readonly<Partial<Record<keyof ClientValues, string>>>;
}

const CONNECTING = "it connects to no server";
const OF_A_CONNECTION: Situation["flags"] = {
  host: CONNECTING,
  retries: CONNECTING,
  user: CONNECTING,
  "password-file": CONNECTING,
  "token-file": CONNECTING,
  pin: CONNECTING,
  ca: CONNECTING,
};

/** `verify` compares a pin with that of a receipt. */
function withoutPin({ pin: _, ...others }: Situation["flags"]): Situation["flags"] {
  return others;
}

const TOKEN_LOGIN = "the token logs in";
const NOTHING_TO_COMPARE = "a pipe is compared with nothing";
const ONLY_FOLDERS = "only folders are made equal";
const NO_LINK = "no link is made";
const STDIN_FILTER = "stdin is a single file, and --as names it";
const STDOUT_FILTER = "the only file is the one that NAME names";

function schemeOf({ values: { host } }: TypedCommand): string {
  return host === undefined ? "fts" : parseEndpoints(host)[0].scheme;
}

const isLegacy = (run: TypedCommand) => schemeOf(run).startsWith("ft+");
const fromStdin = ({ command, args }: TypedCommand) => command === "put" && args[0] === "-";
const toStdout = ({ command, values }: TypedCommand) => command === "get" && values.output === "-";

const SITUATIONS: readonly Situation[] = [
  {
    applies: fromStdin,
    where: "with put -",
    flags: {
      recursive: "stdin is not a folder",
      "no-resume": "stdin cannot be read again, so its upload never resumes",
      "no-times": "stdin has no time and no permission bits",
      snapshot: "stdin is sent to its end",
      checksum: NOTHING_TO_COMPARE,
      include: STDIN_FILTER,
      exclude: STDIN_FILTER,
    },
  },
  {
    applies: toStdout,
    where: "with -o -",
    flags: {
      checksum: NOTHING_TO_COMPARE,
      overwrite: "stdout is not a file",
      rename: "stdout is not a file",
      "no-resume": "nothing is kept from which another run could resume",
      "no-times": "stdout has no time and no permission bits",
      lanes: "stdout takes the content in order, over one connection",
      include: STDOUT_FILTER,
      exclude: STDOUT_FILTER,
    },
  },
  {
    applies: isLegacy,
    where: "over a legacy dialect",
    flags: {
      compress: "it has no compression",
      checksum: "it has no digests that a server could remember",
      lanes: "it moves a file over one connection",
      "no-resume": "it cannot resume",
      "no-times": "it carries no times and no permission bits",
      share: "it has no links",
      delete: "it cannot list folders and remove files",
    },
  },
  {
    applies: (run) => isLegacy(run) && run.values.sort !== "name",
    where: "over a legacy dialect",
    flags: { sort: "it lists names alone" },
  },
  {
    applies: (run) => isLegacy(run) && run.command === "get",
    where: "with get over a legacy dialect",
    flags: { snapshot: "the server decides how much it sends" },
  },
  {
    applies: (run) => isLegacy(run) && fromStdin(run),
    where: "with put - over a legacy dialect",
    flags: { rename: "stdin can be sent only once, so no second name can be tried" },
  },
  {
    applies: (run) => schemeOf(run) !== "fts",
    where: "without TLS (fts://)",
    flags: { ca: "a plaintext server shows no certificate" },
  },
  {
    applies: ({ values: { pin } }) => pin !== undefined,
    where: "with --pin",
    flags: { ca: "a pin overrides all authorities" },
  },
  {
    applies: ({ values: { user } }) => user === undefined,
    where: "without --user",
    flags: { "password-file": "a password belongs to a user" },
  },
  {
    applies: ({ values }) => values["token-file"] !== undefined,
    where: "with --token-file",
    flags: { user: TOKEN_LOGIN, "password-file": TOKEN_LOGIN },
  },
  {
    applies: ({ token }) => token !== undefined,
    where: "with a link that has a token",
    flags: { user: TOKEN_LOGIN, "password-file": TOKEN_LOGIN, "token-file": TOKEN_LOGIN },
  },
  {
    applies: ({ values, sources }) => !values["log-file"] && sources["log-dir"] === "default",
    where: "without --log-file",
    flags: { "log-level": "no log is written", "log-format": "no log is written" },
  },
  {
    applies: ({ command, values }) => command === "put" && !values.share,
    where: "without --share",
    flags: { ttl: NO_LINK, once: NO_LINK, write: NO_LINK, qr: NO_LINK },
  },
  {
    applies: ({ command, values }) => command !== "watch" && !values.recursive,
    where: "without -r",
    flags: { delete: ONLY_FOLDERS, "max-delete": ONLY_FOLDERS },
  },
  {
    applies: ({ command, values }) => command !== "watch" && values.delete === undefined,
    where: "without --delete",
    flags: { "max-delete": "nothing is removed" },
  },
  {
    applies: ({ command, values }) => command === "ls" && values.deleted,
    where: "with --deleted",
    flags: { tree: "it lists names alone", sort: "names come in order, then folders" },
  },
  {
    applies: ({ command, values }) => command === "rm" && values.forever,
    where: "with --forever",
    flags: { recursive: "it removes files and their versions" },
  },
  {
    applies: ({ values: { rev } }) => rev !== undefined,
    where: "with --rev",
    flags: { lanes: "a version moves over one connection" },
  },
  {
    applies: ({ command }) => command === "doctor",
    where: "with doctor",
    flags: { retries: "it checks everything once" },
  },
  {
    applies: ({ command }) => command === "discover",
    where: "with discover",
    flags: OF_A_CONNECTION,
  },
  {
    applies: ({ command }) => command === "alias",
    where: "with alias",
    flags: { ...OF_A_CONNECTION, timeout: CONNECTING },
  },
  {
    applies: ({ command }) => command === "forget",
    where: "with forget",
    flags: { ...OF_A_CONNECTION, timeout: CONNECTING },
  },
  {
    applies: ({ command }) => command === "verify",
    where: "with verify",
    flags: { ...withoutPin(OF_A_CONNECTION), timeout: CONNECTING },
  },
];

/**
 * Checks the flags of a command.
 *
 * @throws `usage` for one that would do nothing, with the reason.
 */
export function refuseIneffectiveFlags(run: TypedCommand): void {
  for (const { applies, where, flags } of SITUATIONS) {
    for (const [name, why] of Object.entries(flags)) {
      if (run.sources[name] !== "flag" || !applies(run)) continue;
      throw new FtError("usage", `--${name} does nothing ${where}: ${why}`, { name });
    }
  }
}

/** The flags that a line of the shell does not take, because they hold for the whole shell. */
const OF_THE_SHELL: readonly (keyof ClientValues)[] = [
  ...["host", "timeout", "user", "password-file", "token-file", "pin", "ca", "bwlimit"] as const,
  ...["json", "log-file", "log-dir", "log-format", "log-level"] as const,
  ...["config", "quiet", "verbose", "no-color", "completions", "version"] as const,
];

/** Checks the flags of a line typed into the shell. @throws `usage`. */
export function refuseShellFlags({ sources }: Pick<TypedCommand, "sources">): void {
  const name = OF_THE_SHELL.find((flag) => sources[flag] === "flag");
  if (name === undefined) return;
  const message = `--${name} holds for the whole shell: set it when the shell starts`;
  throw new FtError("usage", message, { name });
}
