/**
 * `watch`: a folder on the server follows a local one.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../../lib/base/errors.ts";
import { openRemote } from "../../../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../../../lib/client/remote/endpoint.ts";
import type { TransferEvent } from "../../../../lib/client/remote/transfer_events.ts";
import { watchFolder } from "../../../../lib/client/transfer/watch/watch_folder.ts";
import { lockWatch } from "../../../../lib/client/transfer/watch/watch_lock.ts";
import type {
  WatchRequest,
  WatchState,
} from "../../../../lib/client/transfer/watch/watch_request.ts";
import { sampleBytes } from "../../../../testing/content.ts";
import { compareFolders } from "../../../../testing/files/same_files.ts";
import { FaultProxy } from "../../../../testing/network/fault_proxy.ts";
import { NEEDS_LINUX } from "../../../../testing/skip.ts";
import { tempDir } from "../../../../testing/temp_dir.ts";
import { soon } from "../../../../testing/with_timeout.ts";
import { Copies } from "../copies.ts";

/** A watch in this process. Disposing it interrupts it. */
class Watched implements AsyncDisposable {
  readonly events: TransferEvent[] = [];
  readonly states: WatchState[] = [];
  readonly failed: FtError[] = [];
  readonly #stop = new AbortController();
  readonly #ended: Promise<unknown>;
  #changed = Promise.withResolvers<void>();

  constructor(readonly copies: Copies, request: Partial<WatchRequest> = {}, url?: string) {
    const open = () => openRemote(parseEndpoint(url ?? copies.server.url), { timeoutMs: 10_000 });
    const all: WatchRequest = {
      ...{ source: copies.at("tree"), target: "tree", times: true, resume: true, transfers: 4 },
      ...{ retries: 0, ...request },
    };
    const note = <T>(list: T[]) => (item: T) => {
      list.push(item);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    };
    const listener = {
      onEvent: note(this.events),
      onState: note(this.states),
      onOutcome: (
        { failed, refused }: { failed: readonly { error: FtError }[]; refused?: FtError },
      ) => {
        for (const { error } of failed) note(this.failed)(error);
        if (refused !== undefined) note(this.failed)(refused);
      },
    };
    this.#ended = watchFolder(open, all, listener, this.#stop.signal).catch((error) => error);
  }

  /** The error with which it ended. */
  get ended(): Promise<unknown> {
    return soon(this.#ended);
  }

  /** Waits until something holds after an event. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await soon(this.#changed.promise);
  }

  /** Waits until a file was sent. */
  sent(name: string, from = 0): Promise<void> {
    return this.until(() =>
      this.events.slice(from).some((event) => event.kind === "end" && event.name === name)
    );
  }

  /** Waits until a name was removed. */
  removed(name: string): Promise<void> {
    return this.until(() =>
      this.events.some((event) => event.kind === "removed" && event.name === name)
    );
  }

  equal(times = 1): Promise<void> {
    return this.until(() => this.states.filter(({ kind }) => kind === "equal").length >= times);
  }

  /** Content bytes that were sent. */
  get moved(): number {
    return this.events.reduce((sum, event) => sum + (event.kind === "end" ? event.moved : 0), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new FtError("interrupted", "interrupted"));
    await this.#ended;
  }
}

function write(at: string, ...names: string[]): void {
  for (const name of names) {
    const path = `${at}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, name);
  }
}

async function started(): Promise<[Copies, string, string]> {
  const copies = await Copies.start();
  const [from, to] = [copies.at("tree"), copies.served("tree")];
  write(from, ...["a", "b", "c/d", "c/e", "f/g", "h", "i", "j", "k"]);
  return [copies, from, to];
}

Deno.test("watch sends what is new and what changed, and removes what is gone", async () => {
  const [all, from, to] = await started();
  await using copies = all;
  await using watch = new Watched(copies);
  await watch.equal();
  await compareFolders(from, to);
  write(from, "new", "deep/er/file");
  await Promise.all([watch.sent("tree/new"), watch.sent("tree/deep/er/file")]);
  const at = watch.events.length;
  await Deno.writeTextFile(`${from}/a`, "changed");
  await watch.sent("tree/a", at);
  await Deno.remove(`${from}/b`);
  await Deno.remove(`${from}/c`, { recursive: true });
  await Promise.all([watch.removed("tree/b"), watch.removed("tree/c")]);
  await compareFolders(from, to);
  assertEquals(watch.failed, []);
});

Deno.test("watch sends only what changed, soon, over the connection that it has", async () => {
  const [all, from] = await started();
  await using copies = all;
  for (let i = 0; i < 300; i++) write(from, `many/f${i}`);
  await using proxy = await FaultProxy.start(copies.server.url);
  await using watch = new Watched(copies, {}, proxy.url);
  await watch.equal();
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const [before, moved, at] = [wireBytes(proxy), watch.moved, watch.events.length];
    const content = `changed ${i}`;
    const start = performance.now();
    await Deno.writeTextFile(`${from}/many/f7`, content);
    await watch.sent("tree/many/f7", at);
    times.push(performance.now() - start);
    assertEquals(watch.moved - moved, content.length);
    assert(wireBytes(proxy) - before < 4000, `${wireBytes(proxy) - before} bytes`);
    await watch.equal(i + 2);
  }
  assert(Math.min(...times) < 1000, `${times} ms`);
  assertEquals(proxy.passed.length, 1);
});

function wireBytes(proxy: FaultProxy): number {
  return proxy.passed.reduce((sum, { up, down }) => sum + up + down, 0);
}

Deno.test({
  name: "watch has the server rename what was renamed, and sends nothing again",
  ...NEEDS_LINUX,
  async fn() {
    const [all, from, to] = await started();
    await using copies = all;
    await Deno.writeFile(`${from}/large`, sampleBytes(3_000_000));
    await using watch = new Watched(copies);
    await watch.equal();
    const moved = watch.moved;
    await Deno.rename(`${from}/large`, `${from}/c/larger`);
    await watch.sent("tree/c/larger");
    await watch.equal(2);
    await Deno.rename(`${from}/c`, `${from}/folder`);
    await watch.sent("tree/folder/larger");
    await watch.equal(3);
    assertEquals(watch.moved, moved);
    await compareFolders(from, to);
    assertEquals(watch.failed, []);
  },
});

Deno.test("watch sends after a disconnect what changed meanwhile", async () => {
  const [all, from, to] = await started();
  await using copies = all;
  await using watch = new Watched(copies);
  await watch.equal();
  const { server } = copies;
  await server.server.drain();
  write(from, "while away");
  await Deno.remove(`${from}/b`);
  await watch.until(() => watch.states.some(({ kind }) => kind === "waiting"));
  await server.restart();
  await Promise.all([watch.sent("tree/while away"), watch.removed("tree/b")]);
  await compareFolders(from, to);
});

Deno.test("watch does not wipe the server when its folder vanishes, and goes on when it is back", async () => {
  const [all, from, to] = await started();
  await using copies = all;
  await using watch = new Watched(copies);
  await watch.equal();
  await Deno.rename(from, copies.at("elsewhere"));
  await watch.until(() => watch.states.some(({ kind }) => kind === "waiting"));
  await compareFolders(copies.at("elsewhere"), to);
  await Deno.mkdir(from);
  await watch.until(() => watch.failed.some(({ code }) => code === "limit"));
  await compareFolders(copies.at("elsewhere"), to);
  await Deno.remove(from);
  await Deno.rename(copies.at("elsewhere"), from);
  write(from, "back");
  await watch.sent("tree/back");
  await compareFolders(from, to);
});

Deno.test("watch tries again what failed, while everything else goes on", async () => {
  const [all, from] = await started();
  await using copies = all;
  await using bo = await copies.server.connect({ identity: "bo-bo-bo-bo" });
  await using watch = new Watched(copies);
  await watch.equal();
  await bo.files.lease("tree/a", { ttlMs: 60_000 });
  await Deno.writeTextFile(`${from}/a`, "changed");
  await watch.until(() => watch.failed.some(({ code }) => code === "conflict"));
  write(from, "new");
  await watch.sent("tree/new");
  const at = watch.events.length;
  await bo.files.release("tree/a");
  await watch.sent("tree/a", at);
});

Deno.test("watch ends with an error that no later attempt can help", async () => {
  await using copies = await Copies.start({ anonymous: "none" });
  write(copies.at("tree"), "a");
  await using watch = new Watched(copies);
  assertEquals((await watch.ended as FtError).code, "not_allowed");
});

Deno.test("watch ends at once when its first connection is refused", async () => {
  const [all] = await started();
  await using copies = all;
  await copies.server.server.drain();
  await using watch = new Watched(copies);
  assertEquals((await watch.ended as FtError).code, "network");
});

Deno.test("lockWatch lets one process watch for a target", async () => {
  await using dir = await tempDir();
  const target = { host: "box", target: "backup" };
  {
    using _first = await lockWatch(dir.join("state"), target);
    await assertRejects(() => lockWatch(dir.join("state"), target), FtError, "in use by process");
    using _other = await lockWatch(dir.join("state"), { host: "box", target: "other" });
  }
  using _again = await lockWatch(dir.join("state"), target);
});
