import { assertEquals, assertRejects } from "@std/assert";
import type { OpenOptions } from "../../../lib/client/remote/open.ts";
import { OpeningAhead } from "../../../lib/client/remote/opening_ahead.ts";
import type { Remote } from "../../../lib/client/remote/remote.ts";

/** A server that answers when the test says so. */
function slowServer() {
  const events: string[] = [];
  const answers: PromiseWithResolvers<Remote>[] = [];
  const given: OpenOptions[] = [];
  const open = (options: OpenOptions = {}) => {
    events.push("open");
    given.push(options);
    answers.push(Promise.withResolvers());
    return answers.at(-1)!.promise;
  };
  const load = () => {
    events.push("load");
    return Promise.resolve("loaded");
  };
  const remote = {
    [Symbol.asyncDispose]: () => Promise.resolve(void events.push("close")),
  } as unknown as Remote;
  return { events, answers, given, open, load, remote };
}

Deno.test("OpeningAhead loads when the first request was sent, before it is answered", async () => {
  const { events, answers, given, open, load, remote } = slowServer();
  const ahead = { name: "a" };
  await using opening = new OpeningAhead(open, { ahead }, load);
  await Promise.resolve();
  assertEquals([events, given[0]?.ahead], [["open"], ahead]);
  given[0]?.onSent?.();
  assertEquals(await opening.meanwhile, "loaded");
  const first = opening.open();
  answers[0]!.resolve(remote);
  assertEquals(await first, remote);
  const second = opening.open();
  assertEquals([events, given[1]], [["open", "load", "open"], {}]);
  answers[1]!.resolve(remote);
  await second;
});

Deno.test("OpeningAhead loads also when nothing was sent, and gives the error to who asks", async () => {
  const { answers, open, load } = slowServer();
  await using opening = new OpeningAhead(open, {}, load);
  answers[0]!.reject(new Error("refused"));
  assertEquals(await opening.meanwhile, "loaded");
  await assertRejects(() => opening.open(), Error, "refused");
});

Deno.test("OpeningAhead closes a connection that nobody took", async () => {
  const { events, answers, open, load, remote } = slowServer();
  {
    await using opening = new OpeningAhead(open, {}, load);
    answers[0]!.resolve(remote);
    await opening.meanwhile;
  }
  assertEquals(events, ["open", "load", "close"]);
});
