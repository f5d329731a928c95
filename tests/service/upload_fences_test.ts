import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { UploadFences } from "../../lib/service/upload_fences.ts";
import { pure } from "../../testing/pure.ts";

pure(
  "UploadFences fences off all writers but the newest at once (stale-writer-is-fenced)",
  async () => {
    const fences = new UploadFences();
    const first = await fences.claim("upload");
    const other = await fences.claim("another");
    first.check();
    const second = await fences.claim("upload");
    const error = assertThrows(() => first.check(), FtError);
    assertEquals([error.code, error.retryable], ["conflict", false]);
    assertEquals([first.signal.aborted, second.signal.aborted], [true, false]);
    second.check();
    other.check();
  },
);

pure("UploadFences forgets an upload only with its newest writer", async () => {
  const fences = new UploadFences();
  const first = await fences.claim("upload");
  const second = await fences.claim("upload");
  first[Symbol.dispose]();
  const third = await fences.claim("upload");
  assertEquals(second.signal.aborted, true);
  third[Symbol.dispose]();
  await fences.claim("upload");
  assertEquals(third.signal.aborted, false);
});

/** Claims at several servers, with answers that come when a test wants them. */
function sharedClaims() {
  const newest = new Map<string, number>();
  let last = 100;
  const waiting: (() => void)[] = [];
  return {
    released: [] as number[],
    async claim(token: string) {
      const number = ++last;
      newest.set(token, number);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return number;
    },
    isNewest: (token: string, number: number) => Promise.resolve(newest.get(token) === number),
    release(_token: string, number: number) {
      this.released.push(number);
    },
    answer: (i: number) => waiting[i]!(),
  };
}

pure(
  "UploadFences asks the other servers before the last step, and gives its claims up",
  async () => {
    const shared = sharedClaims();
    const [here, there] = [new UploadFences(), new UploadFences()];
    for (const fences of [here, there]) fences.shared = shared;
    const claims = [here.claim("upload"), there.claim("upload")];
    shared.answer(0);
    shared.answer(1);
    const [old, late] = await Promise.all(claims);
    old!.check();
    await late!.recheck();
    const error = await assertRejects(() => old!.recheck(), FtError);
    assertEquals([error.code, error.retryable], ["conflict", false]);
    assertEquals(old!.signal.aborted, true);
    old![Symbol.dispose]();
    late![Symbol.dispose]();
    assertEquals(shared.released, [101, 102]);
    await (await here.claim("ephemeral", true)).recheck();
  },
);

pure(
  "UploadFences keeps the newest of two writers whose answers come in another order",
  async () => {
    const shared = sharedClaims();
    const fences = new UploadFences();
    fences.shared = shared;
    const [older, newer] = [fences.claim("upload"), fences.claim("upload")];
    shared.answer(1);
    const winner = await newer;
    shared.answer(0);
    assertEquals((await older).signal.aborted, true);
    winner.check();
    fences.revoke("upload", 102);
    winner.check();
    fences.revoke("upload", 103);
    assertEquals(winner.signal.aborted, true);
  },
);
