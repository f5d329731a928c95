import { assert, assertEquals, assertRejects } from "@std/assert";
import { runEdit } from "../../../../lib/cli/client/commands/edit.ts";
import { chooseEditor } from "../../../../lib/cli/client/choose_editor.ts";
import { FtError } from "../../../../lib/base/errors.ts";
import { opener } from "../../../resilience/transfers.ts";
import { NEEDS_POSIX } from "../../../../testing/skip.ts";
import { testServer } from "../../../../testing/test_server.ts";
import { tempDir } from "../../../../testing/temp_dir.ts";
import { capturedOutput } from "../../../../testing/cli/captured.ts";
import { FakeInput } from "../../../../testing/cli/fake_input.ts";
import { fakeContext } from "../../../../testing/cli/fake_context.ts";

/** A context over a real server. */
function contextFor(url: string) {
  const connect = opener(url, { identity: "i-am-the-editor" });
  return { ...fakeContext(["edit", "d/a.txt", "--json"]), open: connect, connect };
}

Deno.test("edit locks, downloads a copy, uploads it and unlocks", async () => {
  await using server = await testServer();
  await Deno.mkdir(`${server.root}/d`);
  await Deno.writeTextFile(`${server.root}/d/a.txt`, "old");
  const context = contextFor(server.url);
  let copy = "";
  const code = await runEdit(context, async (path) => {
    copy = path;
    assertEquals(await Deno.readTextFile(path), "old");
    await using other = await opener(server.url, { identity: "i-am-another" })();
    await assertRejects(() => other.files.remove("d/a.txt"), FtError, "locked by");
    await Deno.writeTextFile(path, "new");
  });
  assertEquals(code, 0);
  context.out.flush();
  const [{ seconds: _, root: __, path: ___, ...facts }] = context.stdout.lines.map((line) =>
    JSON.parse(line)
  );
  assertEquals(facts, { op: "put", name: "d/a.txt", bytes: 3, moved: 3 });
  assertEquals(await Deno.readTextFile(`${server.root}/d/a.txt`), "new");
  assert(copy.endsWith("/a.txt"));
  await assertRejects(() => Deno.stat(copy), Deno.errors.NotFound);
  await using other = await opener(server.url, { identity: "i-am-another" })();
  await other.files.remove("d/a.txt");
});

Deno.test("edit creates a missing file, and transfers no unchanged copy", async () => {
  await using server = await testServer();
  await Deno.mkdir(`${server.root}/d`);
  await runEdit(contextFor(server.url), (path) => Deno.writeTextFile(path, "first"));
  assertEquals(await Deno.readTextFile(`${server.root}/d/a.txt`), "first");
  const context = contextFor(server.url);
  assertEquals(await runEdit(context, () => Promise.resolve()), 0);
  context.out.flush();
  assertEquals(JSON.parse(context.stdout.lines[0]!).moved, 0);
});

Deno.test("edit works on a private copy, and changes no permission bits", NEEDS_POSIX, async () => {
  await using server = await testServer();
  const file = `${server.root}/d/a.txt`;
  await Deno.mkdir(`${server.root}/d`);
  for (const mode of [0o664, 0o444, 0o600]) {
    await Deno.writeTextFile(file, "old");
    await Deno.chmod(file, mode);
    const seen: number[] = [];
    const look = async (path: string) => void seen.push((await Deno.stat(path)).mode! & 0o777);
    await runEdit(contextFor(server.url), look);
    const bits = async () => (await Deno.stat(file)).mode! & 0o777;
    assertEquals([seen, await bits()], [[0o600], mode], "nothing was changed");
    await runEdit(contextFor(server.url), (path) => Deno.writeTextFile(path, "new"));
    assertEquals([await Deno.readTextFile(file), await bits()], ["new", mode]);
    await Deno.remove(file);
  }
});

Deno.test("edit keeps the copy after an error, and prints its path", async () => {
  await using server = await testServer();
  await Deno.mkdir(`${server.root}/d`);
  const context = contextFor(server.url);
  let copy = "";
  await assertRejects(() =>
    runEdit(context, async (path) => {
      copy = path;
      await Deno.writeTextFile(path, "precious");
      throw new FtError("internal", "the editor fell over");
    }), FtError);
  assertEquals(context.stderr.lines.at(-1), `the edited copy is kept: ${copy}`);
  assertEquals(await Deno.readTextFile(copy), "precious");
  await Deno.remove(copy.slice(0, copy.lastIndexOf("/")), { recursive: true });
  await using other = await opener(server.url, { identity: "i-am-another" })();
  await other.files.lease("d/a.txt", { ttlMs: 1000 });
});

Deno.test("edit that is interrupted uploads nothing, keeps the copy and unlocks", async () => {
  await using server = await testServer();
  await Deno.mkdir(`${server.root}/d`);
  await Deno.writeTextFile(`${server.root}/d/a.txt`, "old");
  const stop = new AbortController();
  const context = { ...contextFor(server.url), signal: stop.signal };
  const edited = runEdit(context, async (path) => {
    await Deno.writeTextFile(path, "new");
    stop.abort(new FtError("interrupted", "interrupted"));
  });
  await assertRejects(() => edited, FtError, "interrupted");
  assertEquals(await Deno.readTextFile(`${server.root}/d/a.txt`), "old");
  const copy = context.stderr.lines.at(-1)!.replace("the edited copy is kept: ", "");
  assertEquals(await Deno.readTextFile(copy), "new");
  await Deno.remove(copy.slice(0, copy.lastIndexOf("/")), { recursive: true });
  await using other = await opener(server.url, { identity: "i-am-another" })();
  await other.files.remove("d/a.txt");
});

function input(terminal: boolean, text: string): FakeInput {
  const fake = new FakeInput(terminal);
  if (text !== "") fake.type(text);
  fake.end();
  return fake;
}

const signal = new AbortController().signal;

Deno.test("chooseEditor runs $EDITOR with its arguments, if it is permitted", async () => {
  await using dir = await tempDir();
  const { out } = capturedOutput({});
  const at = dir.join("a b.txt");
  await Deno.writeTextFile(at, "a");
  const parts = { readEnv: (name: string) => name === "EDITOR" ? "cp /etc/hostname" : "", out };
  await (await chooseEditor({ ...parts, input: input(false, "") }))(at, signal);
  assertEquals(await Deno.readTextFile(at), await Deno.readTextFile("/etc/hostname"));
});

Deno.test("chooseEditor asks on a terminal, and refuses without one", async () => {
  const { out, stderr } = capturedOutput({});
  const parts = { readEnv: () => undefined, out };
  await (await chooseEditor({ ...parts, input: input(true, "\n") }))("/x/a.txt", signal);
  assertEquals(stderr.lines, ["edit /x/a.txt, then press Enter here"]);
  const ended = await chooseEditor({ ...parts, input: input(true, "") });
  await assertRejects(() => ended("/x/a.txt", signal), FtError, "input ended before");
  const refused = await assertRejects(
    () => chooseEditor({ ...parts, input: input(false, "") }),
    FtError,
  );
  assertEquals(refused.exitCode, 4);
});
