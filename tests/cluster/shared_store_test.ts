/**
 * Several servers of one bucket and one cluster.
 */

import { assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { parseBusAddress } from "../../lib/cluster/bus_address.ts";
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
    // The rule is known at the other server.
    await until(async () => await codeOf(put(b.files, "box/big", 101)) === "limit");
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
