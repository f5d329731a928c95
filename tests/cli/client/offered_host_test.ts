import { assertEquals, assertRejects } from "@std/assert";
import { offeredHost } from "../../../lib/cli/client/offered_host.ts";
import { FtError } from "../../../lib/base/errors.ts";
import { FakeInput } from "../../../testing/cli/fake_input.ts";
import { capturedOutput, CapturedSink } from "../../../testing/cli/captured.ts";

const ONE = { url: `fts://10.0.0.5:9998/#${"ab".repeat(32)}`, name: "box" };
const TWO = { url: "fts://10.0.0.6:9998", name: "other" };

/** Types keys while servers are found. @returns The host, and everything that was shown. */
async function offered(
  keys: string,
  found: readonly { url: string; name: string }[],
  { typed = true, shown = true, quiet = false } = {},
) {
  const input = new FakeInput(typed);
  input.type(keys);
  let printed = "";
  let searches = 0;
  const { out, stderr } = capturedOutput({ quiet, stderr: new CapturedSink(shown) });
  const host = await offeredHost(out, {
    signal: new AbortController().signal,
    search: () => Promise.resolve((searches++, found)),
    terminal: { input, print: (text) => void (printed += text) },
  });
  return { host, searches, raw: input.raw, text: stderr.text + printed };
}

Deno.test("offeredHost asks about the only server that answers, and only y agrees", async () => {
  const yes = await offered("y", [ONE]);
  assertEquals(yes.host, ONE.url);
  assertEquals(yes.raw, [true, false]);
  assertEquals(
    yes.text,
    "no host given: looking for servers near by\nuse fts://10.0.0.5:9998/? [y/N] yes\n",
  );
  for (const keys of ["n", "\r", "x", "\x1b[A", " y"]) {
    assertEquals((await offered(keys, [ONE])).host, undefined, JSON.stringify(keys));
  }
  await assertRejects(() => offered("\x03", [ONE]), FtError, "interrupted");
});

Deno.test("offeredHost asks nothing for none or several servers, which it names", async () => {
  assertEquals((await offered("y", [])).host, undefined);
  const { host, text } = await offered("y", [ONE, TWO]);
  assertEquals([host, text.includes(TWO.url), text.includes("[y/N]")], [undefined, true, false]);
});

Deno.test("no-prompt-without-terminal: offeredHost neither searches nor asks", async () => {
  for (const where of [{ typed: false }, { shown: false }, { quiet: true }]) {
    const { host, searches, text } = await offered("y", [ONE], where);
    assertEquals([host, searches, text], [undefined, 0, ""]);
  }
});
