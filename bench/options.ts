/**
 * The options of the benchmark's command line.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { type Program, programFromTask } from "../testing/programs/program.ts";
import type { Row } from "./bench.ts";
import { ROWS } from "./rows.ts";

/** The options of the command line. */
export interface Options {
  readonly rows: readonly Row[];
  readonly runs: number;
  readonly bytes: number;
  readonly files: number;
  /** Whether every row only has to work. */
  readonly tiny: boolean;
  /** The folder of the scratch folder; undefined is that of temporary files. */
  readonly dir: string | undefined;
  readonly client: Program;
  readonly server: Program;
  /** Whether the report is appended to `RESULTS.md`. */
  readonly write: boolean;
}

/** The sizes of a full run, and of one that only shows that every row works. */
const FULL = { runs: "5", size: "1Gi", files: "10000" };
const TINY = { runs: "1", size: "11Mi", files: "120" };

/** @throws {Error} When an option is unknown or invalid. */
export async function readOptions(args: string[]): Promise<Options> {
  const options = parseArgs(args, {
    string: ["only", "runs", "size", "files", "dir", "client", "server"],
    boolean: ["write", "tiny"],
    default: args.includes("--tiny") ? TINY : FULL,
    unknown: (arg) => {
      throw new Error(`Cannot run the benchmark: unknown option "${arg}"`);
    },
  });
  const text = (name: string) => typeof options[name] === "string" ? options[name] : undefined;
  const names = text("only")?.split(",");
  const strange = names?.find((name) => !ROWS.some((row) => row.name === name));
  if (strange !== undefined) {
    throw new Error(`"${strange}" is not one of ${ROWS.map(({ name }) => name).join(", ")}`);
  }
  const executable = async (name: string) => {
    const path = text(name);
    return path === undefined ? undefined : { path: await Deno.realPath(path), args: [] };
  };
  const [write, tiny] = [options.write === true, options.tiny === true];
  if (write && tiny) throw new Error("--write needs figures, and --tiny has none");
  return {
    rows: ROWS.filter(({ name }) => names?.includes(name) ?? true),
    runs: readCount(text("runs")),
    bytes: readCount(text("size")),
    files: readCount(text("files")),
    dir: text("dir"),
    client: await executable("client") ?? await programFromTask("ftclient"),
    server: await executable("server") ?? await programFromTask("ftserver"),
    ...{ tiny, write },
  };
}

function readCount(text = ""): number {
  const [, digits, unit] = text.match(/^([1-9]\d*)(Ki|Mi|Gi|)$/) ?? [];
  if (digits === undefined) throw new Error(`"${text}" is not a count such as 5, 64Mi or 1Gi`);
  return Number(digits) * 1024 ** ["", "Ki", "Mi", "Gi"].indexOf(unit ?? "");
}
