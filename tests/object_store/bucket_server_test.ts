import { assert, assertEquals } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { blockDigest } from "../../lib/blocks/manifest.ts";
import { blockCount, rootOf } from "../../lib/blocks/manifest.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import type { Files, Upload } from "../../lib/service/files.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import { joined } from "../../testing/bytes.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { CEPH_CREDENTIALS, sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { storeTool } from "../../testing/ceph/store_tool.ts";
import { sampleBytes } from "../../testing/content.ts";
import { programFromTask } from "../../testing/programs/program.ts";
import { RunningProgram } from "../../testing/programs/running_program.ts";
import { ServerProcess } from "../../testing/programs/server_process.ts";
import { until } from "../../testing/until.ts";
import { type TempDir, tempDir } from "../../testing/temp_dir.ts";

const shared = sharedCeph();
const { accessKey, secretKey } = CEPH_CREDENTIALS;
const KEYS = { FTSERVER_S3_ACCESS_KEY: accessKey, FTSERVER_S3_SECRET_KEY: secretKey };

/** Starts a server over a bucket. @param state The name of its state folder. */
function serve(url: string, dir: TempDir, state: string): Promise<ServerProcess> {
  return ServerProcess.start({ state: dir.join(state), args: ["--store", url], env: KEYS });
}

const connect = (url: string) => openRemote(parseEndpoint(url), { timeoutMs: 30_000 });

/** Sends the blocks from one number to another. */
async function send(upload: Upload, content: Uint8Array<ArrayBuffer>, from: number, to: number) {
  for (let index = from; index < to; index++) {
    const bytes = content.slice(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
    const digest = blockDigest(bytes);
    await upload.write({ index, bytes, digest, [Symbol.dispose]() {} });
  }
}

/** Continues an upload: keeps the blocks that the server has, and sends the others. @returns How many. */
async function resume(files: Files, token: string, content: Uint8Array<ArrayBuffer>) {
  await using upload = await files.stage("file", { token, bytes: content.length });
  const held = await Array.fromAsync(upload.have());
  for (const block of held) await upload.keep(block);
  const blocks = blockCount(content.length);
  for (let index = 0; index < blocks; index++) {
    if (!held.some((block) => block.index === index)) await send(upload, content, index, index + 1);
  }
  const digests = Array.from(
    { length: blocks },
    (_, index) => blockDigest(content.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES)),
  );
  await upload.commit({ bytes: content.length, root: rootOf(joined(...digests), content.length) });
  return held.length;
}

async function read(files: Files, path: string): Promise<Uint8Array> {
  await using reading = await files.read(path);
  const blocks: Uint8Array[] = [];
  for await (using block of reading.blocks) blocks.push(block.bytes.slice());
  return joined(...blocks);
}

for (const other of [false, true]) {
  const where = other ? "another server of the bucket" : "the same one, started again";
  Deno.test(`an upload whose server is killed resumes on ${where}`, NEEDS_CEPH, async () => {
    await using dir = await tempDir();
    const url = await shared.newUrl();
    const content = sampleBytes(20 * BLOCK_BYTES + 77);
    const token = "resumed_upload";
    {
      await using first = await serve(url, dir, "one");
      await using remote = await connect(first.url);
      await using upload = await remote.files!.stage("file", { token, bytes: content.length });
      await send(upload, content, 0, 16);
      const { keys } = storeTool(url);
      await until(async () => (await keys()).some((key) => /\/parts-\d+-/.test(key)));
      await first.kill();
    }
    await using second = await serve(url, dir, other ? "two" : "one");
    await using remote = await connect(second.url);
    const kept = await resume(remote.files!, token, content);
    assert(kept >= 8 && kept <= 16, `${kept} blocks were kept`);
    assertEquals(await read(remote.files!, "file"), content);
  });
}

Deno.test(
  "an upload whose connection ends resumes on another server with all it has sent",
  NEEDS_CEPH,
  async () => {
    await using dir = await tempDir();
    const url = await shared.newUrl();
    await using first = await serve(url, dir, "one");
    await using second = await serve(url, dir, "two");
    const content = sampleBytes(9 * BLOCK_BYTES + 3);
    const token = "moved_upload";
    {
      await using remote = await connect(first.url);
      await using upload = await remote.files!.stage("file", { token, bytes: content.length });
      await send(upload, content, 0, 3);
      await send(upload, content, 6, 8);
    }
    // It ends when the last incomplete part is stored.
    await first.logs(/connection\.close/);
    await using remote = await connect(second.url);
    assertEquals(await resume(remote.files!, token, content), 5);
    assertEquals(await read(remote.files!, "file"), content);
    await using other = await connect(first.url);
    assertEquals(await read(other.files!, "file"), content);
  },
);

Deno.test(
  "ftserver --store serves a bucket to ftclient, with the permissions of the programs",
  NEEDS_CEPH,
  async () => {
    await using dir = await tempDir();
    const url = await shared.newUrl("team/files");
    const [serverProgram, clientProgram] = await Promise.all(
      (["ftserver", "ftclient"] as const).map((name) => programFromTask(name)),
    );
    const keys = dir.join("keys");
    await Deno.writeTextFile(keys, `${accessKey}:${secretKey}\n`, { mode: 0o600 });
    await using server = RunningProgram.start(serverProgram!, [
      ...["--store", url, "--store-credentials", keys, "--state", dir.join("state")],
      ...["-l", "ft://127.0.0.1:0"],
    ]);
    await server.printed(/^ready$/m);
    const host = server.stdout.match(/ft:\S+/)![0];
    const ftclient = async (...args: string[]) => {
      const env = { FTCLIENT_HOST: host, XDG_CONFIG_HOME: dir.path };
      await using client = RunningProgram.start(clientProgram!, args, { env, cwd: dir.path });
      const { code, stdout, stderr } = await client.finished;
      return { code, stdout: stdout.trim(), stderr };
    };
    const content = crypto.getRandomValues(new Uint8Array(60_000));
    const large = new Uint8Array(12_345_678).map((_, i) => content[i % 59_999]! ^ (i >> 16));
    await Deno.mkdir(dir.join("tree/empty"), { recursive: true });
    await Deno.writeFile(dir.join("tree/large"), large);
    await Deno.writeTextFile(dir.join("tree/small"), "hello");
    assertEquals((await ftclient("put", "-qr", "tree")).code, 0);
    assertEquals((await ftclient("ls", "-R")).stdout.split("\n"), [
      ...["tree/", "tree/empty/", "tree/large", "tree/small"],
    ]);
    assertEquals((await ftclient("get", "-qr", "tree", "-d", "back")).code, 0);
    assertEquals(await Deno.readFile(dir.join("back/tree/large")), large);
    assertEquals(await Deno.readTextFile(dir.join("back/tree/small")), "hello");
    assertEquals((await ftclient("rm", "-qr", "tree")).code, 0);
    assertEquals(await ftclient("ls").then(({ code, stdout }) => [code, stdout]), [0, ""]);
    const { bucket } = parseStoreUrl(url);
    // Digests are removed behind the requests of clients.
    await until(async () => {
      const left = await shared.ceph.admin("bucket", "list", "--bucket", bucket);
      const names: { readonly name: string }[] = JSON.parse(left);
      // Marks of claims stay for an hour (`OLD_CLAIM_MS`).
      return names.every(({ name }) => name.includes("/.ftserver/claims/"));
    });
    assertEquals(server.stderr.includes(secretKey), false, "the log has no credentials");
  },
);
