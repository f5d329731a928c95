/** The conformance suite for `Transfers` over every dialect, as far as it supports them. */

import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { SILENT } from "../../lib/base/log.ts";
import { DigestList } from "../../lib/blocks/manifest.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { Progress } from "../../lib/client/remote/progress.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { type TransferContext, transferContext } from "../../lib/client/remote/transfer_context.ts";
import type { ExistingTarget, TransferResult } from "../../lib/client/remote/transfer_events.ts";
import { testServer } from "../../testing/test_server.ts";
import { content, names, refuses, text } from "./content.ts";

/** The abilities of each dialect; rules that need more are skipped. */
const KINDS = {
  native: { digest: true, uploads: true, lists: true },
  line: { digest: true, uploads: false, lists: false },
  framed: { digest: true, uploads: false, lists: false },
  oneshot: { digest: true, uploads: false, lists: false },
  updown: { digest: false, uploads: true, lists: false },
  json: { digest: false, uploads: true, lists: true },
} as const;

type Kind = keyof typeof KINDS;

/** A connection, the folder of its server, and a local folder. */
class Fixture implements AsyncDisposable {
  private constructor(
    readonly remote: Remote,
    readonly root: string,
    readonly local: string,
    readonly owned: AsyncDisposableStack,
  ) {}

  static async open(kind: Kind, anonymous: "none" | "read" | "write"): Promise<Fixture> {
    await using stack = new AsyncDisposableStack();
    const { url: address, root, dir } = stack.use(await testServer({ anonymous, log: SILENT }));
    const scheme = kind === "native" ? "ft://" : `ft+${kind}://`;
    const url = address.replace("ft://", scheme);
    const remote = stack.use(await openRemote(parseEndpoint(url), { timeoutMs: 10_000 }));
    const local = dir.join("local");
    await Deno.mkdir(local);
    return new Fixture(remote, root, local, stack.move());
  }

  /** A context and the progress of one transfer. */
  #request(op: "get" | "put", name: string, context: TransferContext) {
    return { context, progress: new Progress(context.onEvent, op, name, undefined), name };
  }

  async download(
    name: string,
    existing: ExistingTarget = "refuse",
    signal?: AbortSignal,
  ): Promise<TransferResult> {
    using context = transferContext({ existing, times: true, resume: true }, () => {}, signal);
    const target = `${this.local}/got`;
    const request = { ...this.#request("get", name, context), target, bytes: undefined };
    return await this.remote.transfers.download(request);
  }

  /** Reads a file through a stream. */
  async read(name: string): Promise<Uint8Array> {
    using context = transferContext(
      { existing: "refuse", times: true, resume: true },
      () => {},
      undefined,
    );
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const received = new Response(readable).bytes();
    received.catch(() => {});
    const written = { info: undefined, digests: new DigestList(), bytes: 0 };
    const request = { ...this.#request("get", name, context), writer, written };
    try {
      await this.remote.transfers.downloadTo(request);
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => {});
      throw error;
    }
    return await received;
  }

  async upload(
    name: string,
    bytes: Uint8Array,
    existing: ExistingTarget = "refuse",
  ): Promise<TransferResult> {
    using context = transferContext({ existing, times: true, resume: true }, () => {}, undefined);
    const source = `${this.local}/source`;
    await Deno.writeFile(source, bytes);
    const info = { bytes: bytes.length, mtimeMs: 0, executable: false };
    const request = { ...this.#request("put", name, context), source, ...info };
    return await this.remote.transfers.upload(request);
  }

  async uploadStream(name: string, bytes: Uint8Array): Promise<TransferResult> {
    using context = transferContext(
      { existing: "refuse", times: true, resume: true },
      () => {},
      undefined,
    );
    const take = () => new Response(bytes as Uint8Array<ArrayBuffer>).body!;
    return await this.remote.transfers.uploadFrom({
      ...this.#request("put", name, context),
      take,
    });
  }

  plan(name: string, recursive: boolean, dryRun = false) {
    return this.remote.transfers.plan({ name, dir: "down", recursive, dryRun });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.owned.disposeAsync();
  }
}

const ODD_NAMES = [
  "a b",
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
const BAD_PATHS = ["..", "../x", "a/../x", "/x", "..\\b", "C:x", ".ftserver/x"];

for (const [name, can] of Object.entries(KINDS)) {
  const kind = name as Kind;
  const test = (rule: string, check: () => Promise<void>) =>
    Deno.test(`Transfers over ${kind} ${rule}`, check);
  const letters = (size: number) =>
    kind === "json" ? new Uint8Array(size).fill(0x61) : content(size, size + 1);

  test("download content of every size around a block's border", async () => {
    await using at = await Fixture.open(kind, "read");
    for (const size of [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1]) {
      await Deno.writeFile(`${at.root}/f`, letters(size));
      const result = await at.download("f", "overwrite");
      assertEquals([result.op, result.name, result.bytes], ["get", "f", size]);
      assertEquals(await Deno.readFile(`${at.local}/got`), letters(size));
      assertEquals(await at.read("f"), letters(size));
    }
  });

  test("take odd names as they are, and folders before them", async () => {
    await using at = await Fixture.open(kind, "read");
    await Deno.mkdir(`${at.root}/sub`);
    for (const name of ODD_NAMES) {
      await Deno.writeFile(`${at.root}/sub/${name}`, text("x"));
      assertEquals(await at.read(`sub/${name}`), text("x"), name);
    }
  });

  test("refuse paths that leave the root, and missing files", async () => {
    await using at = await Fixture.open(kind, "write");
    for (const path of BAD_PATHS) await refuses("not_allowed", () => at.read(path));
    await refuses("not_found", () => at.read("nope"));
    await refuses("not_found", () => at.download("nope"));
    assertEquals([...Deno.readDirSync(at.local)], []);
  });

  test("give nothing to users without permission", async () => {
    await using at = await Fixture.open(kind, "none");
    await Deno.writeFile(`${at.root}/f`, text("x"));
    await refuses("not_allowed", () => at.read("f"));
  });

  test("keep an existing target unless told otherwise", async () => {
    await using at = await Fixture.open(kind, "read");
    await Deno.writeFile(`${at.root}/f`, text("new"));
    await Deno.writeFile(`${at.local}/got`, text("old"));
    await refuses("conflict", () => at.download("f"));
    assertEquals(await Deno.readTextFile(`${at.local}/got`), "old");
    const renamed = await at.download("f", "rename");
    assertEquals(renamed.path, `${at.local}/got (1)`);
    await at.download("f", "overwrite");
    assertEquals(await Deno.readTextFile(`${at.local}/got`), "new");
    const again = await at.download("f");
    if (can.digest) assertEquals(again.moved, 0);
    assertEquals([...Deno.readDirSync(at.local)].length, 2);
  });

  test("stop when their signal does, and leave the connection usable or closed", async () => {
    await using at = await Fixture.open(kind, "read");
    await Deno.writeFile(`${at.root}/f`, letters(BLOCK_BYTES));
    await assertRejects(() => at.download("f", "refuse", AbortSignal.abort(new Error("stop"))));
    assertEquals([...Deno.readDirSync(at.local)], []);
  });

  test("plan a file", async () => {
    await using at = await Fixture.open(kind, "read");
    await Deno.writeFile(`${at.root}/f`, text("abc"));
    const bytes = kind === "native" ? 3 : undefined;
    const plan = await at.plan("f", false);
    assertEquals(plan.jobs.map(({ info }) => info?.bytes), [bytes]);
    assertEquals({ ...plan, jobs: plan.jobs.map(({ info: _, ...job }) => job) }, {
      jobs: [{ name: "f", target: "down/f", bytes }],
      folders: [],
    });
    if (kind === "native") return;
    await refuses("protocol", () => at.plan("f", true));
    await refuses("protocol", () => at.plan("f", false, true));
  });

  if (can.uploads) {
    test("upload files, and compare those that exist", async () => {
      await using at = await Fixture.open(kind, "write");
      await Deno.writeFile(`${at.root}/there`, text("old"));
      await at.upload("new", letters(BLOCK_BYTES + 1));
      assertEquals(await Deno.readFile(`${at.root}/new`), letters(BLOCK_BYTES + 1));
      await refuses("conflict", () => at.upload("there", text("new")));
      await refuses("not_allowed", () => at.upload("../up", text("z")));
      assertEquals((await at.upload("there", text("old"))).bytes, 3);
      assertEquals((await at.upload("there", text("new"), "rename")).name, "there (1)");
      assertEquals(await Deno.readTextFile(`${at.root}/there`), "old");
      if (kind === "native") await at.upload("there", text("new"), "overwrite");
      else await refuses("protocol", () => at.upload("there", text("new"), "overwrite"));
    });

    test("upload a stream", async () => {
      await using at = await Fixture.open(kind, "write");
      const bytes = letters(BLOCK_BYTES + 1);
      assertEquals((await at.uploadStream("piped", bytes)).bytes, bytes.length);
      assertEquals(await Deno.readFile(`${at.root}/piped`), bytes);
      await refuses("conflict", () => at.uploadStream("piped", text("other")));
    });

    test("upload nothing for users who may only read", async () => {
      await using at = await Fixture.open(kind, "read");
      await refuses("not_allowed", () => at.upload("new", text("x")));
      await refuses("not_allowed", () => at.uploadStream("new", text("x")));
    });
  } else {
    test("say that the dialect has no uploads", async () => {
      await using at = await Fixture.open(kind, "write");
      const lacks = `the ${kind} dialect has no uploads`;
      await assertRejects(() => at.upload("new", text("x")), FtError, lacks);
      await assertRejects(() => at.uploadStream("new", text("x")), FtError, lacks);
    });
  }

  if (kind === "native") continue;
  Deno.test(`legacyFiles over ${kind} ${can.lists ? "lists names" : "has no lists"}`, async () => {
    await using at = await Fixture.open(kind, "read");
    const { files } = at.remote;
    await Deno.mkdir(`${at.root}/d`);
    await Deno.writeFile(`${at.root}/d/f`, text("x"));
    if (can.lists) assertEquals(await names(files, "d"), ["d/f"]);
    else await refuses("protocol", () => names(files, "d"));
    await refuses("protocol", () => names(files, "d", true));
    await refuses("protocol", () => files.stat("d/f"));
    await refuses("protocol", () => files.mkdir("e"));
  });
}
