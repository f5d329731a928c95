/**
 * A real browser without a window.
 *
 * @module
 */

import { RunningProgram } from "../programs/running_program.ts";
import { needsProgram, type Skip } from "../skip.ts";
import { tempDir } from "../temp_dir.ts";
import { DevTools } from "./devtools.ts";
import { type LookOptions, Tab } from "./tab.ts";

/** Requires Chromium. */
export const NEEDS_CHROMIUM: Skip = await needsProgram("chromium", "--version");

const FLAGS = [
  "--headless=new",
  // Root has no user namespaces in many containers, and the pages are ours.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-extensions",
  // Pages of a test go on while it drives another one, and on a busy machine.
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--lang=en-US",
  "--remote-debugging-port=0",
];

/** A browser with an empty profile. Disposing it ends the browser. */
export interface TestBrowser extends AsyncDisposable {
  /** Opens a page in a tab of its own. */
  open(url: string, options?: LookOptions): Promise<Tab>;
  /** The folder in which downloads end. */
  readonly downloads: string;
  /** Its process id. */
  readonly pid: number;
}

/** Starts a browser: `await using browser = await testBrowser()`. */
export async function testBrowser(): Promise<TestBrowser> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const downloads = dir.join("downloads");
  await Deno.mkdir(downloads);
  const flags = [...FLAGS, `--user-data-dir=${dir.join("profile")}`];
  const env = { HOME: dir.path, LANG: "en_US.UTF-8", LC_ALL: "C.UTF-8" };
  const program = stack.use(
    RunningProgram.start({ path: "chromium", args: flags }, ["about:blank"], {
      env,
      timeoutMs: Infinity,
    }),
  );
  const [, url] = /listening on (ws:\S+)/.exec(await program.reported(/listening on ws:\S+/)) ?? [];
  const tools = stack.use(await DevTools.connect(url!));
  await tools.send("Browser.setDownloadBehavior", {
    ...{ behavior: "allow", downloadPath: downloads },
  });
  const owned = stack.move();
  return {
    ...{ downloads, pid: program.pid },
    open: (url, options) => Tab.open(tools, url, options),
    async [Symbol.asyncDispose]() {
      // Its helpers end with it, and then its profile can be removed.
      await tools.send("Browser.close").catch(() => {});
      await program.finished;
      await owned.disposeAsync();
    },
  };
}
