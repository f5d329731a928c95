import { anonymousPermission } from "../../lib/auth/permission.ts";
import { SILENT } from "../../lib/base/log.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { NativeClient } from "../../lib/client/native/native_client.ts";
import { NativeFiles } from "../../lib/client/native/native_files.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { native } from "../../lib/dialects/native/native.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { connectionPair } from "../../testing/network/connection_pair.ts";
import { testServer } from "../../testing/test_server.ts";
import { memoryService } from "../../testing/files/memory_service.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { filesConformance } from "./files_conformance.ts";
import type { FilesFixture, FilesOptions } from "./files_rules.ts";

/** The service over a store in memory. */
async function inMemory({ anonymous, content }: FilesOptions): Promise<FilesFixture> {
  const service = await memoryService({ content });
  const permission = anonymousPermission(anonymous);
  return {
    files: service.files("one", permission),
    stranger: service.files("other", permission),
    // deno-lint-ignore require-await
    [Symbol.asyncDispose]: async () => service[Symbol.dispose](),
  };
}

/** The same over the native protocol, in short reads. */
async function overPipes(options: FilesOptions): Promise<FilesFixture> {
  await using stack = new AsyncDisposableStack();
  const service = stack.use(await inMemory(options));
  const connect = async (files: FilesFixture["files"]) => {
    const [near, far] = connectionPair({ readBytes: 8191, capacity: 10_000 });
    const serving = native.serve({
      reader: new ByteReader(far.connection.readable),
      connection: far.connection,
      host: "test",
      log: SILENT,
      signal: far.connection.signal,
      draining: new AbortController().signal,
      login: () =>
        Promise.resolve({
          user: "anonymous",
          files,
          chat: undefined!,
          shares: undefined!,
          properties: undefined!,
          locks: undefined!,
          receipts: undefined!,
          requireWrite() {},
          canRead: () => true,
          isAdmin: () => false,
          watch: undefined!,
        }),
      established() {},
      working: () => ({ [Symbol.dispose]() {} }),
      usedBy() {},
      operatorFor: undefined!,
    });
    stack.defer(() => serving);
    stack.use(far.connection);
    const client = await NativeClient.greet(near.connection, "pipe", { timeoutMs: 10_000 });
    stack.use(client);
    return new NativeFiles(client);
  };
  const files = await connect(service.files);
  const stranger = await connect(service.stranger);
  const owned = stack.move();
  return { files, stranger, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A server that serves a folder, over a real connection. */
async function overSockets({ anonymous, content }: FilesOptions): Promise<FilesFixture> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  for (const [path, bytes] of Object.entries(content)) {
    const target = `${dir.path}/${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(target, bytes);
  }
  const live = stack.use(await testServer({ root: dir.path, anonymous, log: SILENT }));
  const connect = async (identity: string) => {
    const endpoint = parseEndpoint(live.server.addresses[0]!);
    return stack.use(await openRemote(endpoint, { timeoutMs: 10_000, identity })).files;
  };
  const files = await connect("conformance_one");
  const stranger = await connect("conformance_other");
  const owned = stack.move();
  return { files, stranger, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

filesConformance("FileService", inMemory);
filesConformance("NativeFiles over pipes", overPipes);
filesConformance("NativeFiles over sockets", overSockets);
