/**
 * `deno task demo`: starts a server on a free port, uploads the running Deno executable and a folder
 * of this repository, lists, downloads, compares every byte, and cleans up. Any difference is exit
 * code 1.
 *
 * @module
 */

import { bold, cyan, dim, green, red, setColorEnabled } from "@std/fmt/colors";
import { type Program, programFromTask } from "../testing/programs/program.ts";
import { runSuccessfully } from "../testing/programs/running_program.ts";
import { ServerProcess } from "../testing/programs/server_process.ts";
import { REPOSITORY } from "../testing/repository.ts";
import { formatBytes } from "../lib/base/format_bytes.ts";
import { basename, join } from "node:path";
import {
  type Compared,
  compareFiles,
  compareFolders,
  filesBelow,
} from "../testing/files/same_files.ts";
import { renderTable } from "../testing/table.ts";

/** Creates a folder that is removed with its contents when it goes out of scope. */
async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "ft_demo_" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** One transfer, which is a row of the table at the end. */
interface Step {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Runs the client against one server and shows each command before it runs. */
class DemoClient {
  constructor(readonly program: Program, readonly url: string, readonly home: string) {}

  /** Runs one command and returns its stdout, and its time in seconds. */
  async run(...args: string[]): Promise<{ stdout: string; seconds: number }> {
    console.log(`${dim("$")} ${cyan(`ftclient ${args.join(" ")}`)}`);
    const env = {
      ...{ XDG_CONFIG_HOME: this.home, XDG_STATE_HOME: this.home, XDG_CACHE_HOME: this.home },
      ...{ FTCLIENT_HOST: this.url, NO_COLOR: "1" },
    };
    return await runSuccessfully(this.program, args, env);
  }
}

async function main(): Promise<void> {
  await using temporary = await temporaryFolder();
  const [root, state, home, downloads] = ["served", "state", "home", "downloads"]
    .map((name) => join(temporary.path, name)) as [string, string, string, string];
  for (const folder of [root, state, home, downloads]) await Deno.mkdir(folder);

  await using server = await ServerProcess.start({
    program: await programFromTask("ftserver"),
    root,
    state,
  });
  console.log(`${bold("ftserver")} is ready on ${bold(server.url)}\n`);
  const client = new DemoClient(await programFromTask("ftclient"), server.url, home);

  const executable = await Deno.realPath(Deno.execPath());
  const folder = join(REPOSITORY, "lib");
  const [file, tree] = [basename(executable), basename(folder)];

  const putFile = await client.run("put", executable);
  const putTree = await client.run("put", "-r", folder);
  const listing = await client.run("ls", "-R", "-l");
  showListing(listing.stdout);
  const getFile = await client.run("get", file, "-d", downloads);
  const getTree = await client.run("get", "-r", tree, "-d", downloads);

  const one = [await compareFiles(file, executable, join(downloads, file))];
  const many = await compareFolders(folder, join(downloads, tree));
  const [big, small] = [total(one), total(many)];
  showSteps([
    { name: `put ${file}`, ...big, seconds: putFile.seconds },
    { name: `get ${file}`, ...big, seconds: getFile.seconds },
    { name: `put -r ${tree}`, ...small, seconds: putTree.seconds },
    { name: `get -r ${tree}`, ...small, seconds: getTree.seconds },
  ]);
  await checkNothingElse(root, [file, tree], many.length);
  showProof(one[0]!, many);
}

function total(compared: readonly Compared[]): { files: number; bytes: number } {
  return {
    files: compared.length,
    bytes: compared.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Checks that only the uploaded files are visible in the served folder. */
async function checkNothingElse(root: string, names: string[], inTree: number): Promise<void> {
  const visible = (await filesBelow(root)).filter((name) => !name.startsWith("."));
  const files = visible.filter((name) => !name.endsWith("/"));
  const strange = visible.find((name) => !names.includes(name.split("/")[0] ?? ""));
  if (strange !== undefined) throw new Error(`${strange} was left behind in the served folder`);
  if (files.length !== inTree + 1) {
    throw new Error(`${files.length} files are served, expected ${inTree + 1}`);
  }
}

function showListing(stdout: string): void {
  const lines = stdout.trimEnd().split("\n");
  for (const line of lines.slice(0, 6)) console.log(`  ${line}`);
  if (lines.length > 6) console.log(dim(`  … and ${lines.length - 6} more`));
}

function showSteps(steps: readonly Step[]): void {
  const rows = steps.map(({ name, files, bytes, seconds }) => [
    name,
    String(files),
    formatBytes(bytes),
    `${seconds.toFixed(2)} s`,
    bold(`${formatBytes(bytes / seconds)}/s`),
  ]);
  const head = ["", "files", "size", "time", "rate"].map(dim);
  console.log();
  for (const line of renderTable([head, ...rows], ["left", "right", "right", "right", "right"])) {
    console.log(`  ${line}`);
  }
  console.log(dim("  (times include the start of the program)\n"));
}

function showProof(one: Compared, many: readonly Compared[]): void {
  const same = green("same");
  console.log(`${same}  ${one.name}  ${dim(`sha256 ${one.sha256}`)}`);
  console.log(`${same}  ${many.length} files of lib/, each byte for byte and by SHA-256`);
}

setColorEnabled(!Deno.noColor && Deno.stdout.isTerminal());
try {
  await main();
} catch (error) {
  console.error(`${red("demo failed:")} ${error instanceof Error ? error.message : error}`);
  Deno.exit(1);
}
