/**
 * Several servers of one bucket and one cluster.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { FtError } from "../../lib/base/errors.ts";
import { blockDigest, rootOf } from "../../lib/blocks/manifest.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { parseBusAddress } from "../../lib/cluster/bus_address.ts";
import { ClusterFences } from "../../lib/cluster/shared_fences.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { CEPH_CREDENTIALS, sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { Nats, NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { codeOf } from "../../testing/code_of.ts";
import { testServer } from "../../testing/test_server.ts";
import { until } from "../../testing/until.ts";

const shared = sharedCeph();
const needs = { ignore: NEEDS_CEPH.ignore || NEEDS_NATS.ignore };

/** Two servers of a bucket. */
async function scene() {
  const stack = new AsyncDisposableStack();
  const nats = stack.use(await Nats.start());
  const place = parseStoreUrl(await shared.newUrl());
  const bucket = { place, credentials: CEPH_CREDENTIALS };
  const cluster = parseBusAddress(nats.url);
  const one = stack.use(await testServer({ bucket, cluster }));
  const other = stack.use(await testServer({ bucket, cluster }));
  return { nats, one, other, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test({
  name: "an upload at one server is announced at the other, once, and counts in its quota",
  ...needs,
  async fn() {
    await using servers = await scene();
    const { one, other } = servers;
    using database = openAuthDatabase(one.state);
    new Rules(database).add({
      subject: "*",
      effect: "quota",
      actions: [],
      path: "box",
      bytes: 100,
    });
    await using a = await one.connect();
    await using b = await other.connect();
    const put = (files: typeof a.files, name: string, bytes: number) =>
      files!.writeMany([
        smallFile({ path: name, bytes: new Uint8Array(bytes), mtimeMs: 0, executable: false }),
      ]).then(([result]) => {
        if ("error" in result!) throw result.error;
      });
    using databaseThere = openAuthDatabase(other.state);
    await until(() => new Rules(databaseThere).list().length === 1);
    assertEquals(await codeOf(put(b.files, "box/big", 101)), "limit");
    const watched = await b.chat!.join({ name: "watcher" });
    await put(a.files, "box/first", 70);
    await until(async () => await codeOf(put(b.files, "box/second", 40)) === "limit");
    await put(b.files, "box/third", 30);
    await until(async () => await codeOf(put(a.files, "box/fourth", 1)) === "limit");
    const notices: string[] = [];
    for await (const { kind, text } of watched.messages) {
      if (kind === "notice" && text.includes("uploaded")) notices.push(text);
      if (notices.length === 2) break;
    }
    assertEquals(notices.map((text) => text.replace(/^\S+ /, "")).toSorted(), [
      "uploaded box/first",
      "uploaded box/third",
    ]);
  },
});

Deno.test({
  name:
    "an upload that goes on at another server is fenced off where it began, up to its last step",
  ...needs,
  async fn() {
    await using servers = await scene();
    const { one, other } = servers;
    await using a = await one.connect();
    await using b = await other.connect();
    const options = { token: "moves_to_another", bytes: 5 };
    const bytes = new TextEncoder().encode("hello");
    const block = () => ({ index: 0, bytes, digest: blockDigest(bytes), [Symbol.dispose]() {} });
    const total = { bytes: 5, root: rootOf(blockDigest(bytes), 5) };
    await using old = await a.files!.stage("file", options);
    await old.write(block());
    await using upload = await b.files!.stage("file", options);
    const late = await assertRejects(() => old.commit(total), FtError);
    assertEquals([late.code, late.retryable], ["conflict", false]);
    await upload.write(block());
    await upload.commit(total);
    assertEquals((await a.files!.stat("file")).bytes, 5);
  },
});

Deno.test({
  name: "claims on uploads grow, are given up without a trace, and a newer one stays",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using bus = await nats.bus();
    const bucket = await bus.bucket("uploads");
    const seen: number[] = [];
    using fences = new ClusterFences(bucket, (_token, number) => seen.push(number));
    const [old, newer] = [await fences.claim("t"), await fences.claim("t")];
    await until(() => seen.includes(newer));
    assertEquals(seen, seen.toSorted());
    assert(old < newer);
    fences.release("t", old);
    await bucket.erase("t", old);
    assertEquals([await fences.isNewest("t", old), await fences.isNewest("t", newer)], [
      false,
      true,
    ]);
    await bucket.erase("t", newer);
    assertEquals([await bucket.get("t"), await fences.isNewest("t", newer)], [null, false]);
  },
});
