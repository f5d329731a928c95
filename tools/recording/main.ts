/**
 * `deno task recording`: runs the executables of `dist/` in two terminals, opens the page of the
 * server in a browser, and writes their screens to `docs/demo.svg`. Needs tmux, Chromium, and
 * `deno task compile` first.
 *
 * @module
 */

import { join } from "node:path";
import { testBrowser } from "../../testing/browser/browser.ts";
import { say, takeName } from "../../testing/browser/chat_page.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { type TempDir, tempDir } from "../../testing/temp_dir.ts";
import { Terminal } from "../../testing/terminal.ts";
import { Recorder } from "./recorder.ts";
import { renderSvg, screenSize } from "./svg.ts";

const COLUMNS = 92;
const [SERVER, CLIENT] = [0, 1];
const ROWS = [9, 12] as const;
const WEB_PORT = 8000;
const TITLE =
  "Two terminals: ftserver shares a folder on one laptop; on another, ftclient lists it, " +
  "starts a download, is interrupted, and resumes it; they chat, also with a browser";
/** The page is drawn smaller than it is. */
const PAGE_WIDTH = 1040;

/** An address of this machine that other machines could use, if it has one. */
function ownAddress(): string {
  const addresses = Deno.networkInterfaces().filter(({ family }) => family === "IPv4");
  return addresses.find(({ address }) => !address.startsWith("127."))?.address ?? "127.0.0.1";
}

/** Creates the two home folders, one with files to serve. */
async function prepare(dir: TempDir): Promise<void> {
  await Deno.mkdir(dir.join("a/shared"), { recursive: true });
  await Deno.mkdir(dir.join("b"));
  await Deno.writeTextFile(dir.join("a/shared/notes.txt"), "Do not forget the photos.\n");
  using file = await Deno.open(dir.join("a/shared/holiday.mp4"), { write: true, create: true });
  await file.truncate(96 * 1024 ** 2);
}

/** Opens a shell with a home folder and a prompt, and starts a program once, which unpacks it. */
async function openShell(home: string, prompt: string, rows: number): Promise<Terminal> {
  const env = [
    `PATH=${join(REPOSITORY, "dist")}:${Deno.env.get("PATH")}`,
    ...[`HOME=${home}`, `PS1=${prompt}`, "TERM=screen-256color", "LC_ALL=C.UTF-8", "HISTFILE="],
  ];
  const shell = ["env", "-i", ...env, "bash", "--norc", "--noprofile"];
  const terminal = await Terminal.open(shell, { cwd: home, columns: COLUMNS, rows });
  await terminal.type("ftclient --version; clear");
  await terminal.press("Enter");
  await terminal.shows(new RegExp(`^${RegExp.escape(prompt.trim())}$`));
  return terminal;
}

async function record(recorder: Recorder, host: string): Promise<void> {
  const idle = /B\$$/;
  await recorder.type(SERVER, "ls shared");
  await recorder.until(SERVER, /A\$$/);
  const web = `--web http://0.0.0.0:${WEB_PORT}`;
  await recorder.type(SERVER, `ftserver --root shared --bind 0.0.0.0 ${web} --quiet`);
  await recorder.until(SERVER, /^ready$/m);
  await recorder.type(CLIENT, `ftclient ls -l --host ${host}`);
  await recorder.until(CLIENT, idle);
  const get = `ftclient get holiday.mp4 --host ${host} --bwlimit 16Mi`;
  await recorder.type(CLIENT, get);
  await recorder.until(CLIENT, / (4|5)\d %/);
  await recorder.press(CLIENT, "C-c");
  await recorder.until(CLIENT, idle);
  await recorder.type(CLIENT, get);
  await recorder.until(CLIENT, idle);
  await recorder.type(CLIENT, `ftclient chat --name ana --host ${host}`);
  await recorder.until(CLIENT, /^ana:$/m);
  await recorder.type(SERVER, "ana, did the film arrive?");
  await recorder.until(CLIENT, /arrive\?/);
}

/** Opens the page of the server, and talks to the terminals. @returns A picture of it, in WebP. */
async function recordPage(recorder: Recorder, url: string): Promise<Uint8Array<ArrayBuffer>> {
  const [width, height] = screenSize(ROWS.map((rows) => ({ rows })), COLUMNS);
  await using browser = await testBrowser();
  const look = { width: PAGE_WIDTH, height: Math.round(PAGE_WIDTH * height / width), dark: true };
  const tab = await browser.open(url, look);
  await takeName(tab, "bo");
  await say(tab, "I am watching it on my phone");
  await recorder.until(CLIENT, /phone/);
  await recorder.type(CLIENT, "so am I");
  await tab.shows("so am I");
  const { data } = await tab.send("Page.captureScreenshot", { format: "webp", quality: 75 });
  return Uint8Array.fromBase64(String(data));
}

await using dir = await tempDir();
await prepare(dir);
await using server = await openShell(dir.join("a"), "A$ ", ROWS[SERVER]!);
await using client = await openShell(dir.join("b"), "B$ ", ROWS[CLIENT]!);
const host = ownAddress();
const recorder = new Recorder([server, client]);
const url = `http://${host}:${WEB_PORT}`;
let picture: Uint8Array<ArrayBuffer>;
try {
  await record(recorder, host);
  picture = await recordPage(recorder, url);
} finally {
  // The end of a terminal does not end a server: SIGHUP makes it reload its settings.
  await server.press("C-c");
  await server.shows(/A\$$/);
}
const panes = [`Laptop A (${host}) shares a folder`, "Laptop B downloads from it"]
  .map((title, i) => ({ title, rows: ROWS[i]!, frames: recorder.frames[i]! }));
const ending = { title: `A browser or a phone opens ${url}`, picture };
const svg = renderSvg(panes, COLUMNS, TITLE, ending);
await Deno.writeTextFile(join(REPOSITORY, "docs/demo.svg"), svg);
console.log(`docs/demo.svg: ${recorder.frames.flat().length} frames, ${svg.length} bytes`);
