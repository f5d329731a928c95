/**
 * exit-code-of-every-row, for the exit codes that no other test here covers.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { sampleBytes } from "../../testing/content.ts";
import { System } from "../../testing/programs/system.ts";

/** A peer that answers anything with these bytes. */
function answering(text: string) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const bytes = new TextEncoder().encode(text);
  const done = (async () => {
    for await (const conn of listener) {
      await conn.read(new Uint8Array(4096)).catch(() => null);
      await conn.write(bytes).catch(() => 0);
      conn.close();
    }
  })();
  return {
    url: `ft://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await done;
    },
  };
}

Deno.test("5 follows all retries, each reported with its time", async () => {
  await using system = await System.start();
  const began = performance.now();
  const args = ["ls", "--host", "ft://127.0.0.1:1", "--retries", "1"];
  const { code, stderr, stdout } = await system.client(args);
  assertEquals([code, stdout], [5, ""]);
  assertMatch(stderr, /; trying again in 1 s \(retry 1 of 1\)\nftclient: [^\n]+\n$/);
  assert(performance.now() - began > 800);
});

Deno.test("8 is a server at its maximum number of connections", async () => {
  await using system = await System.start({ args: ["--max-connections", "1"] });
  await Deno.writeFile(system.served("f"), sampleBytes(3_000_000));
  await using proxy = await FaultProxy.start(system.url, () => ({ down: { freezeAt: 1_000_000 } }));
  const first = system.spawn(["get", "f", "-q"], { env: { FTCLIENT_HOST: proxy.url } });
  await proxy.happened;
  const { code, stderr } = await system.client(["ls"]);
  assertEquals(code, 8, stderr);
  assertMatch(stderr, /connections/);
  proxy.thaw();
  assertEquals((await first.finished).code, 0);
  assertEquals((await system.client(["ls"])).code, 0, "the connection is free again");
});

Deno.test("11 is an answer in another protocol, and is not retried", async () => {
  await using system = await System.start();
  for (
    const text of ["HTTP/1.1 400 Bad Request\r\n\r\n", "\0\0\0\0\0\0\0\x02HELO{}", "SSH-2.0-x\r\n"]
  ) {
    await using peer = answering(text);
    const { code, stderr } = await system.client(["ls", "--host", peer.url, "--retries", "3"]);
    assertEquals(code, 11, stderr);
    assert(!stderr.includes("retry"), stderr);
  }
});

Deno.test("5 is a peer that closes or sends nothing within --timeout", async () => {
  await using system = await System.start();
  await using peer = answering("");
  const closed = await system.client(["get", "f", "--host", peer.url]);
  assert([5, 11].includes(closed.code), closed.stderr);
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const host = `ft://127.0.0.1:${(silent.addr as Deno.NetAddr).port}`;
  const { code, stderr } = await system.client(["ls", "--host", host, "--timeout", "0.5"]);
  silent.close();
  assertEquals(code, 5, stderr);
  assertMatch(stderr, /no answer .*0\.5 s/);
});

Deno.test("8 is a path that is too deep or too long, and nothing is created", async () => {
  await using system = await System.start();
  const deep = Array.from({ length: 200 }, () => "d").join("/");
  const long = Array.from({ length: 40 }, () => "n".repeat(150)).join("/");
  for (const path of [deep, long]) {
    for (const command of ["mkdir", "stat"]) {
      const { code, stderr } = await system.client([command, path]);
      assertEquals(code, 8, stderr);
      assert(stderr.length < 8000);
    }
  }
  assertEquals(await system.left(), []);
});
