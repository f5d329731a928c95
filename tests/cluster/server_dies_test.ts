/**
 * A server of a cluster that is killed: its clients go to the next one, and lose nothing.
 */

import { assertEquals } from "@std/assert";
import { Nats, NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { System } from "../../testing/programs/system.ts";
import { until } from "../../testing/until.ts";

const MESSAGES = 24;
const numbers = (text: string) => [...text.matchAll(/^\S+: m(\d+)$/gm)].map((m) => Number(m[1]));

Deno.test({
  name: "a server is killed while clients chat: every message arrives once and in order",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    const args = ["--cluster", nats.url];
    await using one = await System.start({ args });
    await using other = await System.start({ args });
    const hosts = `${one.url},${other.url.replace("ft://", "")}`;
    const chat = (name: string, host: string) =>
      other.spawn(["chat", "--name", name, "--linger", "100", "--host", host, "--retries", "6"], {
        stdin: "",
        timeoutMs: 120_000,
      });
    await using stays = chat("stays", other.url);
    await using moves = chat("moves", hosts);
    await until(async () =>
      /moves[^]*stays|stays[^]*moves/.test((await one.client(["who"])).stdout)
    );
    const said: number[] = [];
    for (let i = 0; i < MESSAGES; i++) {
      if (i === MESSAGES / 2) await one.kill();
      const say = ["say", `m${i}`, "--host", hosts, "--retries", "3"];
      if ((await other.client(say)).code === 0) said.push(i);
    }
    assertEquals(said.length, MESSAGES);
    await until(() => numbers(stays.stdout).length >= said.length);
    await until(() => numbers(moves.stdout).length >= said.length);
    assertEquals([numbers(stays.stdout), numbers(moves.stdout)], [said, said]);
  },
});

Deno.test({
  name: "a lock of a killed server lapses with its time, and then another client has it",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    const args = ["--cluster", nats.url];
    await using one = await System.start({ args });
    await using other = await System.start({ args });
    for (const { root } of [one, other]) await Deno.writeTextFile(`${root}/f`, "x");
    const ttl = 3;
    assertEquals((await one.client(["lock", "f", "--ttl", String(ttl)])).code, 0);
    const lockedMs = performance.now();
    await one.kill();
    const lock = () => other.client(["lock", "f", "--ttl", "60"]);
    assertEquals((await lock()).code, 7);
    await until(async () => (await lock()).code === 0);
    const seconds = (performance.now() - lockedMs) / 1000;
    // A client takes a while to start on a busy machine.
    assertEquals(seconds > ttl - 1 && seconds < ttl + 10, true, `${seconds} s`);
  },
});
