/** Files over several connections, some of which fail. */

import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import type { TransferEvent } from "../../lib/client/remote/transfer_events.ts";
import type { ServerOptions } from "../../lib/server/server_options.ts";
import { sampleBytes } from "../../testing/content.ts";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import type { ConnectionFaults, Faults } from "../../testing/network/faults.ts";
import { NEEDS_LINUX } from "../../testing/skip.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { done, type Ended, get, put } from "./transfers.ts";

const BLOCKS = 12;
const BYTES = BLOCKS * BLOCK_BYTES - 5;
/** Slow enough for further connections to have a part. */
const SLOW = { bytesPerSecond: 8e6 };

/** A server behind a slow line, with a file on either side. */
interface Scene extends AsyncDisposable {
  readonly server: TestServer;
  readonly proxy: FaultProxy;
  readonly content: Uint8Array;
  /** The local file. */
  readonly local: string;
}

const WAYS = ["get", "put"] as const;
type Way = typeof WAYS[number];

/** @param fault The fault of a connection, in the direction of the content. */
async function scene(
  way: Way,
  fault: (connection: number) => Faults = () => ({}),
  options: Partial<ServerOptions> = {},
): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer(options));
  const faultsOf = (connection: number): ConnectionFaults => {
    const faults = { ...SLOW, ...fault(connection) };
    return way === "get" ? { down: faults } : { up: faults };
  };
  const proxy = stack.use(await FaultProxy.start(server.url, faultsOf));
  const content = sampleBytes(BYTES, 5);
  const local = server.dir.join("local.bin");
  await Deno.writeFile(way === "get" ? `${server.root}/a.bin` : local, content);
  const owned = stack.move();
  const dispose = () => owned.disposeAsync();
  return { server, proxy, content, local, [Symbol.asyncDispose]: dispose };
}

function run(way: Way, { proxy, local }: Scene, more: Parameters<typeof get>[3] = {}) {
  const options = { lanes: 4, retries: 0, ...more } as const;
  return way === "get"
    ? get(proxy.url, "a.bin", local, options)
    : put(proxy.url, local, "a.bin", { ...options, to: ".", sources: [local] });
}

/** The file is complete, and the server counts one transfer. */
async function requireWhole(way: Way, at: Scene, ended: Ended): Promise<void> {
  const { moved, bytes } = done(ended);
  assertEquals(bytes, BYTES);
  assert(moved >= BYTES, `${moved}`);
  const { server, local, content } = at;
  const got = await Deno.readFile(way === "get" ? local : `${server.root}/a.bin`);
  assertEquals(Buffer.compare(got, content), 0, "the content differs");
  await server.event("transfer.end", { result: "done" });
  const { [way]: { done: count, failed } } = server.server.status().transfers;
  assertEquals([count, failed], [1, 0]);
}

for (const way of WAYS) {
  Deno.test(`a ${way} moves over several connections, and is one transfer in the log`, async () => {
    await using at = await scene(way);
    const ended = await run(way, at);
    await requireWhole(way, at, ended);
    assertEquals(at.proxy.passed.length, 4);
    const content = way === "get" ? "down" : "up";
    for (const passed of at.proxy.passed) assert(passed[content] > BLOCK_BYTES, "a lane was idle");
    const { server: { events } } = at;
    assertEquals(events.filter(({ event }) => event === "transfer.start").length, 1);
    assertEquals(events.filter(({ event }) => event === "connection.lane").length, 3);
  });

  Deno.test(`a ${way} goes on when a further connection is cut at any stage`, async () => {
    for (const cutAt of [0, 100, 600, 700_000, 2_500_000]) {
      await using at = await scene(way, (connection) => connection === 1 ? { cutAt } : {});
      const ended = await run(way, at, { lanes: 2 });
      await requireWhole(way, at, ended);
      assertEquals(ended.events.filter(({ kind }) => kind === "retry"), [], `cut at ${cutAt}`);
    }
  });
}

/** An offset within the second block of a connection. */
const MIDDLE = 1_500_000;

for (const way of WAYS) {
  Deno.test(`a ${way} takes over the blocks of a connection that stalls`, async () => {
    await using at = await scene(way, (connection) => connection === 1 ? { freezeAt: MIDDLE } : {});
    const ended = await run(way, at, { lanes: 2 });
    await requireWhole(way, at, ended);
    assertEquals(ended.events.filter(({ kind }) => kind === "retry"), []);
  });

  Deno.test(`a ${way} whose connections are all lost starts again and resumes`, async () => {
    await using at = await scene(way);
    let cut = false;
    const watch = (event: TransferEvent) => {
      if (event.kind !== "progress" || event.done < BYTES / 6 || cut) return;
      cut = true;
      at.proxy.cut();
    };
    const ended = await run(way, at, { retries: 2, watch });
    const { moved } = done(ended);
    assert(moved < 2 * BYTES, `${moved}`);
    assertEquals(ended.events.filter(({ kind }) => kind === "retry").length, 1);
    const { local, server, content } = at;
    const got = await Deno.readFile(way === "get" ? local : `${server.root}/a.bin`);
    assertEquals(Buffer.compare(got, content), 0, "the content differs");
    assert(at.proxy.passed.length > 5, "the second attempt had one connection");
  });

  Deno.test(`a ${way} needs no further connection: a server that refuses one is no error`, async () => {
    const refusing: Partial<ServerOptions>[] = [
      { maxConnectionsPerHost: 1 },
      { maxConnections: 1 },
      // No quarter of it makes a whole connection.
      { maxConnections: 3 },
    ];
    for (const options of refusing) {
      await using at = await scene(way, undefined, options);
      const ended = await run(way, at);
      await requireWhole(way, at, ended);
      assertEquals([at.proxy.passed.length, ended.notices], [1, []]);
      assertEquals(at.server.events.filter(({ level }) => level === "warning"), []);
    }
  });

  Deno.test(`a ${way} goes on after a restart of the server`, async () => {
    await using at = await scene(way);
    let restarted: Promise<void> | undefined;
    const watch = (event: TransferEvent) => {
      if (event.kind !== "progress" || event.done < BYTES / 3) return;
      restarted ??= at.server.restart({ drainTimeoutMs: 1 });
    };
    const ended = await run(way, at, { retries: 6, watch });
    await restarted;
    assertEquals(done(ended).bytes, BYTES);
    const { local, server, content } = at;
    const got = await Deno.readFile(way === "get" ? local : `${server.root}/a.bin`);
    assertEquals(Buffer.compare(got, content), 0, "the content differs");
  });
}

Deno.test("a get over lanes has one version of a source that is replaced meanwhile", async () => {
  await using at = await scene("get");
  const other = sampleBytes(BYTES, 6);
  let replaced = false;
  const watch = (event: TransferEvent) => {
    if (event.kind !== "progress" || event.done < BYTES / 4 || replaced) return;
    replaced = true;
    Deno.writeFileSync(`${at.server.root}/new`, other);
    Deno.renameSync(`${at.server.root}/new`, `${at.server.root}/a.bin`);
  };
  done(await run("get", at, { watch }));
  const got = await Deno.readFile(at.local);
  assert([at.content, other].some((one) => Buffer.compare(got, one) === 0), "a mixture");
});

Deno.test("a get over lanes has one version of a source that is changed in place", async () => {
  await using at = await scene("get");
  let changed = false;
  const watch = (event: TransferEvent) => {
    if (event.kind !== "progress" || event.done < BYTES / 4 || changed) return;
    changed = true;
    using file = Deno.openSync(`${at.server.root}/a.bin`, { write: true });
    for (let at = 0; at < BLOCKS; at += 2) {
      file.seekSync(at * BLOCK_BYTES, Deno.SeekMode.Start);
      file.writeSync(new Uint8Array(10));
    }
  };
  done(await run("get", at, { watch }));
  const got = await Deno.readFile(at.local);
  const versions = [at.content, await Deno.readFile(`${at.server.root}/a.bin`)];
  assert(versions.some((one) => Buffer.compare(got, one) === 0), "a mixture");
});

Deno.test("a block that arrives damaged over a further connection is fetched again", async () => {
  await using at = await scene("get", (connection) => {
    return connection === 1 ? { flipAt: [MIDDLE, MIDDLE + 300_000] } : {};
  });
  const ended = await run("get", at, { lanes: 2 });
  assertEquals(done(ended).bytes, BYTES);
  assert(ended.notices.some((text) => text.includes("arrived damaged")), `${ended.notices}`);
  assertEquals(Buffer.compare(await Deno.readFile(at.local), at.content), 0);
});

Deno.test("small files use one connection, whatever --lanes is", async () => {
  await using at = await scene("get");
  await Deno.writeFile(`${at.server.root}/small.bin`, at.content.subarray(0, 5 * BLOCK_BYTES));
  done(await get(at.proxy.url, "small.bin", at.local, { lanes: 8 }));
  assertEquals(at.proxy.passed.length, 1);
});

Deno.test({
  name: "further connections go to the address of the first one, whatever else the name leads to",
  ...NEEDS_LINUX, // Elsewhere 127.0.0.2 has to be set up.
  async fn() {
    await using at = await scene("get");
    const port = Number(at.proxy.url.split(":").at(-1));
    using other = Deno.listen({ hostname: "127.0.0.2", port });
    let strays = 0;
    const accepting = (async () => {
      for await (const conn of other) {
        strays++;
        conn.close();
      }
    })();
    const { connect } = Deno;
    using _resolver = { [Symbol.dispose]: () => void (Deno.connect = connect) };
    let dialled = 0;
    // A resolver that turns the addresses of a name around.
    Deno.connect = ((options: Deno.ConnectOptions) => {
      if (options.hostname !== "cluster.test") return connect(options);
      return connect({ ...options, hostname: `127.0.0.${1 + dialled++ % 2}` });
    }) as typeof connect;
    const url = `ft://cluster.test:${port}`;
    done(await get(url, "a.bin", at.local, { lanes: 4 }));
    assertEquals([at.proxy.passed.length, strays], [4, 0]);
    other.close();
    await accepting;
  },
});
