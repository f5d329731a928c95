/** What `Files` over the older dialects must do, as far as each can. */

import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { SILENT } from "../../lib/base/log.ts";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import type { Files, SmallFile } from "../../lib/service/files.ts";
import { testServer } from "../../testing/test_server.ts";
import { content, get, names, refuses, text } from "./content.ts";

/** What a dialect can: the rules that need more are not asked of it. */
const ABILITIES = {
  line: { sizes: true, write: false, list: false },
  framed: { sizes: true, write: false, list: false },
  oneshot: { sizes: true, write: false, list: false },
  updown: { sizes: false, write: true, list: false },
  json: { sizes: true, write: true, list: true },
} as const;

interface Fixture extends AsyncDisposable {
  readonly files: Files;
  readonly root: string;
}

async function over(dialect: string, anonymous: "none" | "read" | "write"): Promise<Fixture> {
  await using stack = new AsyncDisposableStack();
  const { server, root } = stack.use(await testServer({ anonymous, log: SILENT }));
  const url = server.addresses[0]!.replace("ft://", `ft+${dialect}://`);
  const remote = stack.use(await openRemote(parseEndpoint(url), { timeoutMs: 10_000 }));
  const owned = stack.move();
  return { files: remote.files, root, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const ODD_NAMES = [
  "a b",
  " ",
  "é",
  "日本語.txt",
  "🏳️‍🌈",
  "%2e%2e",
  "...",
  "-rf",
  "a 1 2",
  "{",
  "x".repeat(255),
];
const BAD_PATHS = ["..", "../x", "a/../x", "/x", "a\\b", "C:x", ".ftserver/x"];

const small = (path: string, bytes: Uint8Array): SmallFile =>
  smallFile({ path, bytes, mtimeMs: 0, executable: false });
const codeOf = (result: object | undefined) => (result as { error?: FtError }).error?.code;

for (const [dialect, can] of Object.entries(ABILITIES)) {
  const test = (rule: string, check: () => Promise<void>) =>
    Deno.test(`LegacyFiles over ${dialect} ${rule}`, check);
  const letters = (size: number) =>
    dialect === "json" ? new Uint8Array(size).fill(0x61) : content(size, size + 1);

  if (can.sizes) {
    test("gives content at every size around a block's border", async () => {
      await using at = await over(dialect, "read");
      for (const size of [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1]) {
        await Deno.writeFile(`${at.root}/f`, letters(size));
        assertEquals(await get(at.files, "f"), letters(size));
      }
    });
    test("ends a reading that nobody takes to the end, and goes on", async () => {
      await using at = await over(dialect, "read");
      await Deno.writeFile(`${at.root}/f`, letters(BLOCK_BYTES + 1));
      for (let n = 0; n < 2; n++) {
        await using reading = await at.files.read("f");
        assertEquals(reading.info.bytes, BLOCK_BYTES + 1);
      }
      assertEquals(await get(at.files, "f"), letters(BLOCK_BYTES + 1));
    });
    test("takes odd names as they are, and folders before them", async () => {
      await using at = await over(dialect, "read");
      await Deno.mkdir(`${at.root}/sub`);
      for (const name of dialect === "framed" ? ODD_NAMES.filter((n) => n.trim()) : ODD_NAMES) {
        if (dialect === "line" && name.trim() === "") continue;
        await Deno.writeFile(`${at.root}/sub/${name}`, text("x"));
        assertEquals(await get(at.files, `sub/${name}`), text("x"), name);
      }
    });
    test("reads a batch, each file whole or with its error", async () => {
      await using at = await over(dialect, "read");
      await Deno.writeFile(`${at.root}/f`, text("x"));
      const results = await Array.fromAsync(at.files.readMany(["nope", "f"]));
      assertEquals(results.map(codeOf), ["not_found", undefined]);
    });
    test("refuses paths that leave the root, and what is not there", async () => {
      await using at = await over(dialect, "write");
      for (const path of BAD_PATHS) await refuses("not_allowed", () => at.files.read(path));
      await refuses("not_found", () => at.files.read("nope"));
    });
    test("gives nothing to those who may do nothing", async () => {
      await using at = await over(dialect, "none");
      await Deno.writeFile(`${at.root}/f`, text("x"));
      await refuses("not_allowed", () => at.files.read("f"));
    });
  } else {
    test("says that it knows no sizes", async () => {
      await using at = await over(dialect, "read");
      await Deno.writeFile(`${at.root}/f`, text("x"));
      await assertRejects(() => at.files.read("f"), FtError, `the ${dialect} dialect has no sizes`);
    });
  }

  if (can.write) {
    test("writes files, each atomic, each with its answer", async () => {
      await using at = await over(dialect, "write");
      await Deno.writeFile(`${at.root}/there`, text("old"));
      const files = [small("new", text("x")), small("there", text("y")), small("../up", text("z"))];
      const results = await at.files.writeMany(files);
      assertEquals(results.map(codeOf), [undefined, "conflict", "not_allowed"]);
      assertEquals(await Deno.readTextFile(`${at.root}/new`), "x");
      assertEquals(await Deno.readTextFile(`${at.root}/there`), "old");
      const any = { precondition: { kind: "any" } } as const;
      await refuses("protocol", () => at.files.writeMany(files, any));
    });
    test("lets nobody write where all may only read", async () => {
      await using at = await over(dialect, "read");
      const results = await at.files.writeMany([small("new", text("x"))]);
      assertEquals(results.map(codeOf), ["not_allowed"]);
    });
  } else {
    test("says that it has no uploads", async () => {
      await using at = await over(dialect, "write");
      const write = () => at.files.writeMany([small("new", text("x"))]);
      await assertRejects(write, FtError, `the ${dialect} dialect has no uploads`);
    });
  }

  test(can.list ? "lists names" : "says that it has no listing", async () => {
    await using at = await over(dialect, "read");
    await Deno.mkdir(`${at.root}/d`);
    await Deno.writeFile(`${at.root}/d/f`, text("x"));
    if (can.list) assertEquals(await names(at.files, "d"), ["d/f"]);
    else await refuses("protocol", () => names(at.files, "d"));
    await refuses("protocol", () => names(at.files, "d", true));
  });
}
