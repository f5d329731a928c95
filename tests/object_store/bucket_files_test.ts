import { SILENT } from "../../lib/base/log.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { CEPH_CREDENTIALS, sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { testServer } from "../../testing/test_server.ts";
import { filesConformance } from "../conformance/files_conformance.ts";
import type { FilesFixture, FilesOptions } from "../conformance/files_rules.ts";
import { storeTool } from "../../testing/ceph/store_tool.ts";

const shared = sharedCeph();

/** A server with a bucket, over real connections. */
async function overBucket({ anonymous, content }: FilesOptions): Promise<FilesFixture> {
  await using stack = new AsyncDisposableStack();
  const url = await shared.newUrl("some/prefix");
  const { bucket } = storeTool(url);
  for (const [path, bytes] of Object.entries(content)) {
    await bucket.put(`some/prefix/${path}`, bytes as Uint8Array<ArrayBuffer>);
  }
  const served = { place: parseStoreUrl(url), credentials: CEPH_CREDENTIALS };
  const live = stack.use(await testServer({ bucket: served, anonymous, log: SILENT }));
  const connect = async (identity: string) => {
    const endpoint = parseEndpoint(live.url);
    return stack.use(await openRemote(endpoint, { timeoutMs: 60_000, identity })).files!;
  };
  const [files, stranger] = [await connect("bucket_one"), await connect("bucket_other")];
  const owned = stack.move();
  return { files, stranger, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

filesConformance("NativeFiles over a bucket", overBucket, [], NEEDS_CEPH);
