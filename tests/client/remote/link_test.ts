import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import type { TransferEvent } from "../../../lib/client/remote/transfer_events.ts";
import { Link } from "../../../lib/client/remote/link.ts";
import type { Remote } from "../../../lib/client/remote/remote.ts";
import { DialError, type DialFailure } from "../../../lib/net/dial_error.ts";
import { fakeRemote } from "../../../testing/fake_remote.ts";
import { FakeTime } from "../../../testing/fake_time.ts";
import { pure } from "../../../testing/pure.ts";

const LOST = () => new FtError("network", "lost");

/** Connections after which a test fails instead of running forever. */
const ENDLESS = 50;

interface Opened {
  readonly remotes: { closed: boolean }[];
  open(): Promise<Remote>;
}

/** A function that connects, and the connections it made. */
function opener(): Opened {
  const remotes: { closed: boolean }[] = [];
  return {
    remotes,
    open() {
      const remote = { closed: false };
      if (remotes.push(remote) > ENDLESS) return Promise.reject(new Error("endless"));
      return Promise.resolve(fakeRemote({
        dialect: `test ${remotes.length}`,
        [Symbol.asyncDispose]: () => Promise.resolve(void (remote.closed = true)),
      }));
    },
  };
}

function linkTo(opened: Opened, retries: number, signal?: AbortSignal) {
  const waits: number[] = [];
  const onEvent = (event: TransferEvent) => {
    if (event.kind === "retry") waits.push(event.atMs - Date.now());
  };
  const policy = { retries, onEvent, random: () => 0, signal };
  return { link: new Link(() => opened.open(), policy), waits };
}

pure("Link lends one connection to all, and closes it", async () => {
  const opened = opener();
  const { link } = linkTo(opened, 6);
  await Promise.all([1, 2, 3].map(() => link.use(() => Promise.resolve())));
  assertEquals(opened.remotes.length, 1);
  await link[Symbol.asyncDispose]();
  assertEquals(opened.remotes, [{ closed: true }]);
});

pure("Link replaces a lost connection after growing waits, then gives up", async () => {
  using time = new FakeTime();
  const opened = opener();
  const { link, waits } = linkTo(opened, 3);
  const used = link.use(() => Promise.reject(LOST()));
  used.catch(() => {});
  await time.run();
  assertEquals((await assertRejects(() => used, FtError)).message, "lost");
  assertEquals(waits, [1000, 2000, 4000]);
  assertEquals(opened.remotes.map(({ closed }) => closed), [true, true, true, false]);
  await link[Symbol.asyncDispose]();
});

pure("Link counts from 1 again after a transfer has made progress", async () => {
  using time = new FakeTime();
  const { link, waits } = linkTo(opener(), 2);
  const onEvent = link.watching(() => {});
  let uses = 0;
  const used = link.use(() => {
    if (++uses === 5) return Promise.resolve("done");
    onEvent({ kind: "progress", op: "get", name: "a", done: uses, moved: uses });
    return Promise.reject(LOST());
  });
  await time.run();
  assertEquals(await used, "done");
  assertEquals(waits, [1000, 1000, 1000, 1000]);
  await link[Symbol.asyncDispose]();
});

pure("Link reconnects once when several transfers lose a connection", async () => {
  using time = new FakeTime();
  const opened = opener();
  const { link, waits } = linkTo(opened, 6);
  const once = (remote: Remote) =>
    remote.dialect === "test 1" ? Promise.reject(LOST()) : Promise.resolve(remote.dialect);
  const used = Promise.all([link.use(once), link.use(once), link.use(once)]);
  await time.run();
  assertEquals(await used, ["test 2", "test 2", "test 2"]);
  assertEquals(waits, [1000]);
  await link[Symbol.asyncDispose]();
});

pure("Link does not retry errors that a new connection cannot help", async () => {
  const { link, waits } = linkTo(opener(), 6);
  for (const code of ["not_found", "protocol", "tls", "integrity"] as const) {
    const failed = link.use(() => Promise.reject(new FtError(code, code, { retryable: true })));
    assertEquals((await assertRejects(() => failed, FtError)).code, code);
  }
  const final = link.use(() => Promise.reject(new FtError("limit", "full", { retryable: false })));
  await assertRejects(() => final, FtError, "full");
  assertEquals(waits, []);
  await link[Symbol.asyncDispose]();
});

pure("Link with no retries is one attempt", async () => {
  const opened = opener();
  const { link } = linkTo(opened, 0);
  await assertRejects(() => link.use(() => Promise.reject(LOST())), FtError, "lost");
  assertEquals(opened.remotes.length, 1);
  await link[Symbol.asyncDispose]();
});

pure(
  "peer-supplied-timeout-is-capped: Link waits as long as the server asks, up to a cap",
  async () => {
    for (const [asked, waited] of [[5000, 5000], [2 ** 53, 35_200]] as const) {
      using time = new FakeTime();
      const { link, waits } = linkTo(opener(), 1);
      let uses = 0;
      const used = link.use(() => {
        if (++uses === 2) return Promise.resolve();
        const busy = new FtError("limit", "busy", { retryable: true, retryAfterMs: asked });
        return Promise.reject(busy);
      });
      await time.run();
      await used;
      assertEquals(waits, [waited]);
      await link[Symbol.asyncDispose]();
    }
  },
);

pure("Link stops waiting when it is interrupted", async () => {
  using time = new FakeTime();
  const interrupt = new AbortController();
  const { link } = linkTo(opener(), 6, interrupt.signal);
  const used = link.use(() => Promise.reject(LOST()));
  used.catch(() => {});
  await time.settle();
  interrupt.abort(new FtError("interrupted", "by hand"));
  assertEquals((await assertRejects(() => used, FtError)).code, "interrupted");
  await link[Symbol.asyncDispose]();
});

/** Fails to connect so often for these reasons, then connects. */
function failingToDial(...failures: DialFailure[]): Opened {
  const opened = opener();
  return {
    remotes: opened.remotes,
    open() {
      const failure = failures.shift();
      if (failure === undefined) return opened.open();
      return Promise.reject(new DialError(failure, "h", 1, undefined));
    },
  };
}

pure("Link waits for a server that does not listen yet, as long as its retries last", async () => {
  using time = new FakeTime();
  const { link, waits } = linkTo(failingToDial(...new Array(7).fill("refused")), 6);
  const used = link.use(() => Promise.resolve("done"));
  used.catch(() => {});
  await time.run();
  assertEquals((await assertRejects(() => used, DialError)).failure, "refused");
  assertEquals(waits, [1000, 2000, 4000, 8000, 16_000, 32_000]);
  const later = linkTo(failingToDial("refused", "refused"), 6);
  const transfer = later.link.use(() => Promise.resolve("done"));
  await time.run();
  assertEquals([await transfer, later.waits], ["done", [1000, 2000]]);
});

for (const failure of ["no_address", "unreachable"] as const) {
  pure(`Link does not retry a first connection for ${failure}, but a later one`, async () => {
    using time = new FakeTime();
    const first = linkTo(failingToDial(failure), 6);
    await assertRejects(() => first.link.use(() => Promise.resolve()), DialError);
    assertEquals(first.waits, []);
    // Also where each request connects for itself.
    const within = linkTo(opener(), 6);
    const dialling = () => Promise.reject(new DialError(failure, "h", 1, undefined));
    await assertRejects(() => within.link.use(dialling), DialError);
    assertEquals(within.waits, []);

    const { link, waits } = linkTo(opener(), 6);
    const losses: FtError[] = [LOST(), new DialError(failure, "h", 1, undefined)];
    const work = () => {
      const loss = losses.shift();
      return loss === undefined ? Promise.resolve("done") : Promise.reject(loss);
    };
    const used = link.use(work);
    await time.run();
    assertEquals([await used, waits], ["done", [1000, 2000]]);
  });
}
