import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_PATH_BYTES } from "../../lib/base/limits.ts";
import { answerLocally, answerQuestions, askLocally } from "../../lib/net/local_socket.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";

Deno.test({
  name: "answerLocally answers everyone who asks, at a socket only its owner can open",
  ...NEEDS_POSIX,
  async fn() {
    await using dir = await tempDir();
    const path = dir.join("socket");
    await Deno.writeTextFile(path, "left behind by a killed server");
    let asked = 0;
    {
      await using _answering = await answerLocally(path, () => `grüße ${++asked}`);
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
      assertEquals([await askLocally(path), await askLocally(path)], ["grüße 1", "grüße 2"]);
    }
    await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
    assertEquals((await assertRejects(() => askLocally(path), FtError)).code, "not_found");
  },
});

Deno.test({
  name: "askLocally refuses an answer above 1 MiB, and the socket answers on",
  ...NEEDS_POSIX,
  async fn() {
    await using dir = await tempDir();
    const path = dir.join("socket");
    let length = 1 << 20;
    await using _answering = await answerLocally(path, () => "x".repeat(length));
    assertEquals((await askLocally(path)).length, length);
    length++;
    assertEquals((await assertRejects(() => askLocally(path), FtError)).code, "limit");
    length = 3;
    assertEquals(await askLocally(path), "xxx");
  },
});

Deno.test({
  name: "answerQuestions answers a path of any length, and hears no longer question",
  ...NEEDS_POSIX,
  async fn() {
    await using dir = await tempDir();
    const path = dir.join("socket");
    const answer = (question: string) => Promise.resolve(`${question.length}`);
    await using _answering = await answerQuestions(path, answer);
    const ask = (length: number) => askLocally(path, { question: "x".repeat(length) });
    for (const length of [0, 1, MAX_PATH_BYTES]) assertEquals(await ask(length), `${length}`);
    assertEquals(await ask(MAX_PATH_BYTES + 1).catch(() => ""), "");
  },
});

Deno.test({
  name: "a path that is too long for a socket is a limit, on both sides",
  ...NEEDS_POSIX,
  async fn() {
    await using dir = await tempDir();
    const path = dir.join("x".repeat(120));
    for (const work of [() => answerLocally(path, () => ""), () => askLocally(path)]) {
      const error = await assertRejects(work, FtError, "name too long for a socket");
      assertEquals(error.code, "limit");
    }
  },
});
