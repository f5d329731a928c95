/**
 * Changes by others in the open folder, in a real browser.
 */

import { assertEquals } from "@std/assert";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import type { Tab } from "../../../testing/browser/tab.ts";
import { programFromTask } from "../../../testing/programs/program.ts";
import { RunningProgram } from "../../../testing/programs/running_program.ts";
import { webServer } from "../../../testing/web_server.ts";

/** Connected: what happens from now on arrives by an event. */
const SEATED = ".chat textarea";

function row(name: string): string {
  const names = `[...document.querySelectorAll("td.name a")]`;
  return `${names}.find(({ textContent }) => textContent === ${JSON.stringify(name)})`;
}

/** The place of a row on the screen. */
function top(tab: Tab, name: string): Promise<number> {
  return tab.evaluate(`Math.round(${row(name)}.getBoundingClientRect().top)`);
}

Deno.test({
  name: "what others upload, rename and remove appears, and the user's place stays",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    for (let i = 100; i < 250; i++) await Deno.writeTextFile(`${server.root}/file ${i}`, "x");
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(SEATED);
    await tab.until(`${row("file 110")} !== undefined`);
    await tab.evaluate(`${row("file 140")}.scrollIntoView({ block: "center" })`);
    await tab.evaluate(`${row("file 142")}.closest("tr").querySelector("input").click()`);
    await tab.evaluate(`${row("file 140")}.focus()`);
    const before = await top(tab, "file 140");
    // By the program, into the place above what is seen.
    await Deno.writeTextFile(server.dir.join("above.txt"), "new");
    const args = ["put", server.dir.join("above.txt"), "-H", server.url];
    const env = { XDG_STATE_HOME: server.dir.join("client"), HOME: server.dir.path };
    await using put = RunningProgram.start(await programFromTask("ftclient"), args, { env });
    await tab.until(`${row("above.txt")}.closest("tr.marked") !== null`);
    await tab.shows("above.txt is new");
    assertEquals((await put.finished).code, 0);
    assertEquals(await top(tab, "file 140"), before);
    await using remote = await server.connect();
    await remote.files.move("file 141", "zzz");
    await tab.until(`${row("file 141")} === undefined`);
    await remote.files.remove("file 100");
    await tab.until(`${row("file 100")} === undefined`);
    assertEquals(await tab.evaluate("document.activeElement.textContent"), "file 140");
    assertEquals(await top(tab, "file 140"), before);
    assertEquals(
      await tab.evaluate("document.querySelector('tr.selected').textContent.slice(0, 8)"),
      "file 142",
    );
    // The row at which the keyboard is goes; the next one takes its place.
    await remote.files.remove("file 140");
    await tab.until(`document.activeElement.textContent === "file 142"`);
    await tab.until(`document.querySelectorAll("tr.marked").length === 0`);
  },
});
