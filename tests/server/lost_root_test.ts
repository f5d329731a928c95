/**
 * The served folder is unmounted or replaced while a server runs.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { ROOT_LOOK_MS } from "../../lib/base/limits.ts";
import { createLogger } from "../../lib/base/log.ts";
import { blockDigest, rootOf } from "../../lib/blocks/manifest.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { getFiles } from "../../lib/client/transfer/get/get_files.ts";
import { putFiles } from "../../lib/client/transfer/put/put_files.ts";
import { answerMetrics } from "../../lib/server/metrics.ts";
import { RootWatch } from "../../lib/server/root_watch.ts";
import { rootLost } from "../../lib/storage/served_root.ts";
import { sampleBytes } from "../../testing/content.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { filesBelow } from "../../testing/files/same_files.ts";
import { programFromTask } from "../../testing/programs/program.ts";
import { pure } from "../../testing/pure.ts";
import { needsProgram } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";

/** Puts another folder in the place of the served one. @returns Puts the served folder back. */
async function replaceRoot({ root }: TestServer): Promise<() => Promise<void>> {
  await Deno.rename(root, `${root}.away`);
  await Deno.mkdir(root);
  return async () => {
    assertEquals(await filesBelow(root, ""), []);
    await Deno.remove(root);
    await Deno.rename(`${root}.away`, root);
  };
}

const small = (path: string) =>
  smallFile({ path, bytes: new Uint8Array(5), mtimeMs: 0, executable: false });

async function health({ server }: TestServer): Promise<[number, string]> {
  const response = answerMetrics(new Request("http://host/healthz"), () => server.status());
  return [response.status, await response.text()];
}

Deno.test("a server whose root was replaced refuses every request, and heals with its root", async () => {
  await using live = await testServer();
  await using remote = await live.connect();
  const { files } = remote;
  await files.writeMany([small("d/a"), small("b")]);
  const requests: Record<string, () => Promise<unknown>> = {
    stat: () => files.stat("b"),
    "stat of a folder": () => files.stat("d"),
    "stat of nothing": () => files.stat("none"),
    list: () => Array.fromAsync(files.list(".")),
    "list of a folder": () => Array.fromAsync(files.list("d")),
    sum: () => files.sum("b", "sha256"),
    mkdir: () => files.mkdir("e"),
    move: () => files.move("b", "c"),
    remove: () => files.remove("b"),
    stage: () => files.stage("e", { bytes: 5 }),
    batch: async () => {
      for (const result of await files.writeMany([small("e")])) {
        if ("error" in result) throw result.error;
      }
    },
  };
  const restore = await replaceRoot(live);
  for (const [name, request] of Object.entries(requests)) {
    const { code, message, retryable } = await assertRejects(request, FtError, undefined, name);
    assertEquals([code, message, retryable], ["not_found", rootLost().message, true], name);
  }
  assertEquals(await health(live), [503, `${rootLost().message}\n`]);
  assertEquals(live.server.status().faults, [rootLost().message]);
  await restore();
  assertEquals(await health(live), [200, "ok\n"]);
  assertEquals(live.logged().flat().filter((event) => String(event).startsWith("root.")), [
    ...["root.lost", "root.found"],
  ]);
  const left = await Array.fromAsync(files.list("."));
  assertEquals(left.map(({ path }) => path), ["b", "d"]);
});

Deno.test("a root that is gone, or became a file or a link, is lost as well", async () => {
  await using live = await testServer();
  await using remote = await live.connect();
  const { root } = live;
  await Deno.rename(root, `${root}.away`);
  const lost = async (kind: string) => {
    for (const request of [() => remote.files.mkdir("d"), () => remote.files.stat("none")]) {
      const { message } = await assertRejects(request, FtError);
      assertEquals(message, rootLost().message, kind);
    }
  };
  await lost("nothing");
  await Deno.writeTextFile(root, "a file");
  await lost("a file");
  await Deno.remove(root);
  await Deno.symlink(`${root}.away`, root);
  await lost("a link");
  await Deno.remove(root);
  await Deno.rename(`${root}.away`, root);
  await remote.files.mkdir("d");
});

Deno.test("an upload whose root is lost cannot commit, and does when the root is back", async () => {
  await using live = await testServer();
  await using remote = await live.connect();
  const bytes = sampleBytes(5);
  const digest = blockDigest(bytes);
  const total = { bytes: 5, root: rootOf(digest, 5) };
  const options = { bytes: 5, token: "the_same_upload" };
  let restore = () => Promise.resolve();
  {
    await using upload = await remote.files.stage("a.bin", options);
    await Array.fromAsync(upload.have());
    await upload.write({ index: 0, bytes, digest, [Symbol.dispose]: () => {} });
    restore = await replaceRoot(live);
    const { code, retryable } = await assertRejects(() => upload.commit(total), FtError);
    assertEquals([code, retryable], ["not_found", true]);
  }
  await restore();
  await using upload = await remote.files.stage("a.bin", options);
  for (const held of await Array.fromAsync(upload.have())) await upload.keep(held);
  assertEquals((await upload.commit(total)).bytes, 5);
});

Deno.test("no dialect reads or writes the folder that took the root's place", async () => {
  await using live = await testServer();
  const source = live.dir.join("large.bin");
  await Deno.writeFile(source, sampleBytes(300_000));
  const restore = await replaceRoot(live);
  const shared = { recursive: false, existing: "refuse", times: true, resume: true } as const;
  const plan = { ...shared, transfers: 1, retries: 0 };
  await Deno.writeFile(`${live.root}/other`, sampleBytes(9));
  const names = ["other"];
  for (const dialect of ["", "+line", "+framed", "+oneshot", "+updown", "+json"]) {
    const endpoint = parseEndpoint(`ft${dialect}://127.0.0.1:${live.port}`);
    const connect = () => openRemote(endpoint, { timeoutMs: 10_000 });
    const uploads = ["", "+updown", "+json"].includes(dialect);
    const put = await putFiles(connect, { ...plan, sources: [source], to: "." }, () => {})
      .catch((error) => ({ done: [], failed: [error] }));
    assertEquals([put.done.length, put.failed.length], [0, 1], dialect);
    assertEquals(put.failed[0].message?.includes("has no uploads") ?? false, !uploads, dialect);
    const got = await getFiles(connect, { ...plan, names, dir: live.dir.path }, () => {})
      .catch((error) => ({ done: [], failed: [error] }));
    assertEquals([got.done.length, got.failed.length], [0, 1], dialect);
  }
  await Deno.remove(`${live.root}/other`);
  await restore();
});

pure("RootWatch logs a lost root and its return once each", async () => {
  using time = new FakeTime();
  const events: string[] = [];
  const watched = { root: "/srv", present: true };
  using _watch = new RootWatch(watched, createLogger(({ event }) => events.push(event)));
  for (const present of [true, false, false, true, true]) {
    watched.present = present;
    await time.advance(ROOT_LOOK_MS);
  }
  assertEquals(events, ["root.lost", "root.found"]);
});

/** Prints the exit code of each upload, then the names in the bare mount point. */
const UNMOUNTED = `
mkdir "$DIR/disk" "$DIR/root"
mount --bind "$DIR/disk" "$DIR/root"
$SERVER --root "$DIR/root" --state "$DIR/state" --listen ft://127.0.0.1:0 > "$DIR/out" 2>&1 &
until grep -q ^ready "$DIR/out"; do sleep 0.1; done
export FTCLIENT_HOST=$(sed -n 's/^listening on //p' "$DIR/out") FTCLIENT_RETRIES=0
echo one > "$DIR/one"
put() { $CLIENT -q put "$DIR/one" --as "$1" 2> "$DIR/err" < "$DIR/one"; echo $?; }
put before
umount -l "$DIR/root"
put bare
cat "$DIR/err"
$SERVER status --state "$DIR/state" | grep FAULT
$SERVER status --state "$DIR/state" > "$DIR/status"; echo $?
ls -A "$DIR/root"
mount --bind "$DIR/disk" "$DIR/root"
put after
ls "$DIR/root"
kill $!
wait
`;

Deno.test(
  "an unmounted root: no upload lands in the bare mount point",
  await needsProgram("unshare", "-rm", "sh", "-c", "mount --bind /tmp /mnt"),
  async () => {
    await using dir = await tempDir();
    const words = async (name: "ftserver" | "ftclient") => {
      const { path, args } = await programFromTask(name);
      return [path, ...args].join(" ");
    };
    const { stdout, stderr } = await new Deno.Command("unshare", {
      args: ["-rm", "sh", "-c", UNMOUNTED],
      env: {
        ...{ DIR: dir.path, SERVER: await words("ftserver") },
        CLIENT: await words("ftclient"),
        ...{ XDG_STATE_HOME: dir.join("home"), XDG_CONFIG_HOME: dir.join("home") },
      },
    }).output();
    const text = new TextDecoder();
    assertEquals(
      text.decode(stdout),
      [
        "0",
        "3",
        `ftclient: ${rootLost().message}`,
        `FAULT        ${rootLost().message}`,
        "3",
        "0",
        "after",
        "before",
        "",
      ].join("\n"),
      text.decode(stderr),
    );
  },
);
