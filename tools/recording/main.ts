/**
 * `deno task recording`: runs the executables in `dist/` in a real terminal and writes what it showed
 * to `docs/demo.svg`. Needs tmux.
 *
 * @module
 */

import { join } from "../../testing/paths.ts";
import { REPOSITORY } from "../../testing/programs.ts";
import { renderSvg } from "./svg.ts";
import { Terminal } from "./terminal.ts";

const SIZE = { columns: 92, rows: 24 };
const TITLE =
  "ftserver serves a folder; ftclient uploads a folder, lists it, downloads a large file, is " +
  "interrupted, and goes on where it stopped";
const PROMPT = "$ ";

async function prepare(home: string): Promise<void> {
  await Deno.mkdir(join(home, "photos/2026"), { recursive: true });
  for (let i = 1; i <= 12; i++) {
    const bytes = new Uint8Array(1_500_000 + 40_000 * i);
    for (let at = 0; at < bytes.length; at += 65536) {
      crypto.getRandomValues(bytes.subarray(at, at + 65536));
    }
    await Deno.writeFile(join(home, `photos/2026/beach-${String(i).padStart(2, "0")}.jpg`), bytes);
  }
  await Deno.mkdir(join(home, "served"));
  using file = await Deno.open(join(home, "served/backup.img"), { write: true, create: true });
  await file.truncate(640 * 1024 ** 2);
}

function shell(home: string): string[] {
  const path = `${join(REPOSITORY, "dist")}:${Deno.env.get("PATH")}`;
  const env = [
    `PATH=${path}`,
    `HOME=${home}`,
    `PS1=${PROMPT}`,
    "TERM=screen-256color",
    "HISTFILE=",
  ];
  return [
    "-c",
    home,
    "env",
    "-i",
    ...env,
    "FTCLIENT_HOST=127.0.0.1",
    "bash",
    "--norc",
    "--noprofile",
  ];
}

/** Whether the shell waits for the next command. */
function idle(screen: string): boolean {
  return screen.trimEnd().split("\n").at(-1)?.trimEnd() === PROMPT.trim();
}

async function record(terminal: Terminal): Promise<void> {
  await terminal.until(idle);
  await terminal.type("ftserver --root served --no-console --log-level error &");
  await terminal.until((screen) => /^ready$/m.test(screen));
  await terminal.press("Enter");
  await terminal.until(idle);
  for (const line of ["ftclient put -r photos", "ftclient ls -l photos/2026 | tail -3"]) {
    await terminal.type(line);
    await terminal.until(idle);
  }
  await terminal.type("ftclient get backup.img");
  await terminal.until((screen) => / (3|4)\d ?%/.test(screen));
  await terminal.press("C-c");
  await terminal.until(idle);
  await terminal.type("ftclient get backup.img");
  await terminal.until(idle);
  await terminal.type("ftclient get backup.img");
  await terminal.until(idle);
}

/** Lets the server end, unseen: what it still writes would be in the way of the cleaning up. */
async function stopServer(terminal: Terminal): Promise<void> {
  await terminal.press("kill %1; wait; clear; echo gone");
  await terminal.press("Enter");
  await terminal.until((screen) => screen.startsWith("gone"));
}

const home = await Deno.makeTempDir({ prefix: "ft_recording_" });
try {
  await prepare(home);
  await using terminal = await Terminal.open(SIZE, shell(home));
  await record(terminal);
  const frames = [...terminal.frames];
  await stopServer(terminal);
  const svg = renderSvg(frames, SIZE, TITLE);
  await Deno.writeTextFile(join(REPOSITORY, "docs/demo.svg"), svg);
  console.log(`docs/demo.svg: ${frames.length} frames, ${svg.length} bytes`);
} finally {
  await Deno.remove(home, { recursive: true });
}
