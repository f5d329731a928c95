/**
 * The benchmark: our programs and common tools, measured in turns on the same machine.
 *
 *     deno task bench [--only NAME,…] [--runs N] [--size 1Gi] [--files N] [--dir DIR]
 *                     [--client PATH] [--server PATH] [--write]
 *
 * Without `--client` and `--server` the programs run from source, with their tasks' permissions.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { type Program, programFromTask } from "../testing/programs/program.ts";
import { ServerProcess } from "../testing/programs/server_process.ts";
import { REPOSITORY } from "../testing/repository.ts";
import { setColorEnabled } from "@std/fmt/colors";
import { formatBytes } from "../lib/base/format_bytes.ts";
import { join } from "node:path";
import {
  type Bench,
  emptyFolder,
  type Outcome,
  removeAll,
  type Rivals,
  type Row,
} from "./bench.ts";
import { describeMachine } from "../testing/machine.ts";
import { renderMarkdown, renderReport, verdict } from "./report.ts";
import { Nginx } from "./rivals/nginx.ts";
import { RsyncDaemon } from "./rivals/rsync.ts";
import { Sshd } from "./rivals/sshd.ts";
import { chat } from "./rows/chat.ts";
import { getFramed } from "./rows/dialects.ts";
import { getEncrypted, getFirst, getWarm } from "./rows/get.ts";
import { memory } from "./rows/memory.ts";
import { preauth } from "./rows/preauth.ts";
import { putDelta, putWhole } from "./rows/put.ts";
import { resume } from "./rows/resume.ts";
import { start } from "./rows/start.ts";
import { getTree, putTree } from "./rows/tree.ts";

const ROWS: readonly Row[] = [
  ...[
    start,
    getWarm,
    getFirst,
    getFramed,
    getEncrypted,
    putWhole,
    putDelta,
    resume,
    getTree,
    putTree,
    memory,
    chat,
    preauth,
  ],
];

/** The options of the command line. */
interface Options {
  readonly rows: readonly Row[];
  readonly runs: number;
  readonly bytes: number;
  readonly files: number;
  readonly dir: string | undefined;
  readonly client: Program;
  readonly server: Program;
  readonly write: boolean;
}

const say = (text: string) => console.error(text);

/** @throws {Error} When an option is unknown or invalid. */
async function readOptions(args: string[]): Promise<Options> {
  const options = parseArgs(args, {
    string: ["only", "runs", "size", "files", "dir", "client", "server"],
    boolean: ["write"],
    default: { runs: "5", size: "1Gi", files: "10000" },
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
  return {
    rows: ROWS.filter(({ name }) => names?.includes(name) ?? true),
    runs: readCount(text("runs")),
    bytes: readCount(text("size")),
    files: readCount(text("files")),
    dir: text("dir"),
    client: await executable("client") ?? await programFromTask("ftclient"),
    server: await executable("server") ?? await programFromTask("ftserver"),
    write: options.write === true,
  };
}

function readCount(text = ""): number {
  const [, digits, unit] = text.match(/^([1-9]\d*)(Ki|Mi|Gi|)$/) ?? [];
  if (digits === undefined) throw new Error(`"${text}" is not a count such as 5, 64Mi or 1Gi`);
  return Number(digits) * 1024 ** ["", "Ki", "Mi", "Gi"].indexOf(unit ?? "");
}

/** Starts the rivals that are installed, and reports the others. */
async function startRivals(
  dir: string,
  root: string,
  stack: AsyncDisposableStack,
): Promise<Rivals> {
  const use = <T extends AsyncDisposable>(rival: T | string): T | undefined => {
    if (typeof rival !== "string") return stack.use(rival);
    say(`missing: ${rival} is not installed; its comparisons are skipped`);
    return undefined;
  };
  return {
    nginx: use(await Nginx.start(root, join(dir, "nginx"))),
    sshd: use(await Sshd.start(join(dir, "sshd"))),
    rsync: use(await RsyncDaemon.start(root, join(dir, "rsync"))),
  };
}

async function main(args: string[]): Promise<void> {
  const options = await readOptions(args);
  await using stack = new AsyncDisposableStack();
  const dir = await Deno.makeTempDir({ prefix: "ft_bench_", dir: options.dir });
  stack.defer(() => removeAll(dir));
  const root = await emptyFolder(join(dir, "root"));
  const state = await emptyFolder(join(dir, "state"));
  const rivals = await startRivals(dir, root, stack);
  const server = stack.use(await ServerProcess.start({ program: options.server, root, state }));
  const serverProgram = options.server;
  const bench: Bench = { ...options, dir, root, rivals, server, serverProgram, say };

  const outcomes: Outcome[] = [];
  for (const row of options.rows) {
    say(`${row.name}:`);
    outcomes.push(...await row.measure(bench));
  }
  for (const line of renderReport(outcomes)) console.log(line);
  if (options.write) await appendResults(options, rivals, outcomes);
  if (outcomes.some((outcome) => verdict(outcome) === "missed")) Deno.exitCode = 1;
}

async function appendResults(o: Options, rivals: Rivals, outcomes: Outcome[]): Promise<void> {
  const missing = (["nginx", "sshd", "rsync"] as const).filter((name) => !rivals[name]);
  const facts = [
    `${await describeMachine()}, ${Deno.build.os}, Deno ${Deno.version.deno}`,
    `${formatBytes(o.bytes)} and ${o.files} files of 4 KiB, medians of ${o.runs} paired runs`,
    o.client.args.length === 0 ? "executables" : "from source",
    ...(missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
  ];
  const section = renderMarkdown(new Date().toISOString().slice(0, 10), facts, outcomes);
  await Deno.writeTextFile(join(REPOSITORY, "bench", "RESULTS.md"), section, { append: true });
}

setColorEnabled(!Deno.noColor && Deno.stdout.isTerminal());
try {
  await main(Deno.args);
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : error}`);
  Deno.exit(1);
}
