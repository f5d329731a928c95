/** Our client against independent, naive servers. */

import { assertEquals } from "@std/assert";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { getFiles } from "../../lib/client/transfer/get/get_files.ts";
import { putFiles } from "../../lib/client/transfer/put/put_files.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { LARGE_BYTES, sampleBytes } from "../../testing/content.ts";
import { type TempDir, tempDir } from "../../testing/temp_dir.ts";
import { NEEDS_PYTHON, startPython } from "../../testing/programs/python.ts";
import type { RunningProgram } from "../../testing/programs/running_program.ts";

const HOW = { times: true, resume: true, transfers: 2, recursive: false } as const;

interface Started extends AsyncDisposable {
  readonly program: RunningProgram;
  readonly open: () => Promise<Remote>;
  readonly root: string;
  readonly dir: TempDir;
}

async function started(dialect: string): Promise<Started> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const root = dir.join("served");
  await Deno.mkdir(root);
  const program = stack.use(startPython("servers.py", dialect, root));
  const endpoint = parseEndpoint(`ft+${dialect}://127.0.0.1:${await program.printed(/^\d+$/m)}`);
  const owned = stack.move();
  return {
    open: () => openRemote(endpoint, { timeoutMs: 10_000 }),
    ...{ program, root, dir },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const contentFor = (dialect: string, bytes: number) =>
  dialect === "json" ? new Uint8Array(bytes).fill(0x62) : sampleBytes(bytes);

for (const dialect of ["line", "framed", "oneshot", "updown", "json"]) {
  Deno.test({
    name:
      `get from a naive ${dialect} server transfers 0, 1 and 15 MB bytes, and reports missing files`,
    ...NEEDS_PYTHON,
    async fn() {
      await using server = await started(dialect);
      const names = [0, 1, LARGE_BYTES].map((bytes) => `a ${bytes}.bin`);
      for (const bytes of [0, 1, LARGE_BYTES]) {
        await Deno.writeFile(`${server.root}/a ${bytes}.bin`, contentFor(dialect, bytes));
      }
      const dir = server.dir.join("got");
      const request = { ...HOW, names: [...names, "nope"], dir, existing: "refuse" } as const;
      const { done, failed } = await getFiles(server.open, request, () => {});
      assertEquals(failed.map(({ name, error }) => [name, error.code]), [["nope", "not_found"]]);
      for (const { name, bytes } of done) {
        assertEquals(await Deno.readFile(`${dir}/${name}`), contentFor(dialect, bytes));
      }
    },
  });
}

for (const dialect of ["updown", "json"]) {
  Deno.test({
    name: `put to a naive ${dialect} server sends 0, 1 and 15 MB bytes`,
    ...NEEDS_PYTHON,
    async fn() {
      await using server = await started(dialect);
      const sizes = [0, 1, LARGE_BYTES];
      const sources = sizes.map((bytes) => server.dir.join(`${bytes}.txt`));
      for (const [index, bytes] of sizes.entries()) {
        await Deno.writeFile(sources[index]!, contentFor(dialect, bytes));
      }
      const request = { ...HOW, sources, to: ".", existing: "refuse" } as const;
      const { failed } = await putFiles(server.open, request, () => {});
      assertEquals(failed, []);
      for (const bytes of sizes) {
        await server.program.printed(new RegExp(`^stored ${bytes}\\.txt$`, "m"));
        const stored = await Deno.readFile(`${server.root}/${bytes}.txt`);
        assertEquals(stored, contentFor(dialect, bytes));
      }
    },
  });
}

Deno.test({
  name: "ls of a naive json server prints names",
  ...NEEDS_PYTHON,
  async fn() {
    await using server = await started("json");
    await Deno.writeTextFile(`${server.root}/b`, "");
    await Deno.writeTextFile(`${server.root}/a`, "");
    await using remote = await server.open();
    const paths = (await Array.fromAsync(remote.files.list("."))).map(({ path }) => path);
    assertEquals(paths, ["a", "b"]);
  },
});

for (
  const [dialect, from, said] of [["line", "SERVER", "you said"], [
    "framed",
    "SERVIDOR",
    "você disse",
  ]]
) {
  Deno.test({
    name: `chat with a naive ${dialect} server sends and receives messages`,
    ...NEEDS_PYTHON,
    async fn() {
      await using server = await started(dialect!);
      await using remote = await server.open();
      await using seat = await remote.chat.join();
      await remote.chat.say("olá");
      for await (const message of seat.messages) {
        // The first may be its greeting.
        if (!message.text.startsWith(said!)) continue;
        assertEquals([message.from, message.text], [from, `${said} olá`]);
        break;
      }
    },
  });
}
