/**
 * Files that grow while they are copied, such as logs.
 */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import type { OnTransferEvent } from "../../../lib/client/remote/transfer_events.ts";
import { requireSnapshot } from "../../../lib/client/transfer/get/snapshot.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { FaultProxy } from "../../../testing/network/fault_proxy.ts";
import { assertDone, Copies } from "./copies.ts";

const MiB = 1 << 20;
/** More than is under way at once, so that the file grows before it is read to its end. */
const LOG = sampleBytes(20 * MiB + 777);
const LINE = new TextEncoder().encode("one more line\n");

/** A listener that appends to a file whenever content moves. */
function growing(path: string): OnTransferEvent {
  return (event) => {
    if (event.kind === "progress") Deno.writeFileSync(path, LINE, { append: true });
  };
}

/** Asserts that a copy has exactly what the log had at the start. */
async function assertLog(path: string): Promise<void> {
  const bytes = await Deno.readFile(path);
  assertEquals(bytes.length, LOG.length);
  assert(bytes.every((byte, i) => byte === LOG[i]), `${path} differs`);
}

for (const direction of ["get", "put"] as const) {
  Deno.test(`${direction} --snapshot copies a growing file as far as it goes at the start`, async () => {
    await using copies = await Copies.start();
    const [from, to] = direction === "put"
      ? [copies.at("log"), copies.served("log")]
      : [copies.served("log"), copies.at("log")];
    await Deno.writeFile(from, LOG);
    const onEvent = growing(from);
    const failing = await copies[direction](["log"], { onEvent });
    const [failed] = failing.failed;
    assertEquals(failed?.error.code, "conflict");
    assertMatch(failed!.error.message, /^changed .*\(--snapshot copies a file that grows/);

    await Deno.writeFile(from, LOG);
    assertDone(await copies[direction](["log"], { onEvent, snapshot: true }), 1);
    await assertLog(to);
    assert(Deno.statSync(from).size > LOG.length, "it grew");
    const again = await copies[direction](["log"], {
      ...{ onEvent, snapshot: true, existing: "overwrite" },
    });
    assertDone(again, 1);
    assert(Deno.statSync(to).size > LOG.length, "the next run takes the new start");
  });

  Deno.test(`${direction} -r --snapshot copies logs and other files, after a cut, too`, async () => {
    await using copies = await Copies.start();
    await using proxy = await FaultProxy.start(
      copies.server.url,
      (connection) => connection === 0 ? { up: { cutAt: 9 * MiB }, down: { cutAt: 9 * MiB } } : {},
    );
    const [from, to] = direction === "put"
      ? [copies.at("tree"), copies.served("tree")]
      : [copies.served("tree"), copies.at("tree")];
    await Deno.mkdir(`${from}/d`, { recursive: true });
    await Deno.writeFile(`${from}/log`, LOG);
    for (const name of ["a", "d/b"]) await Deno.writeTextFile(`${from}/${name}`, name);
    const outcome = await copies[direction](["tree"], {
      ...{ url: proxy.url, retries: 2, snapshot: true, onEvent: growing(`${from}/log`) },
    });
    assertDone(outcome, 3);
    assertEquals(proxy.passed.length, 2);
    await assertLog(`${to}/log`);
  });
}

Deno.test("get -o - --snapshot ends where the file ended at the start", async () => {
  await using copies = await Copies.start();
  await Deno.writeFile(copies.served("log"), LOG);
  const received: Uint8Array[] = [];
  const sink = new WritableStream<Uint8Array>({ write: (bytes) => void received.push(bytes) });
  const onEvent = growing(copies.served("log"));
  assertDone(await copies.get(["log"], { sink, snapshot: true, onEvent }), 1);
  await Deno.writeFile(copies.at("log"), received[0]!);
  for (const bytes of received.slice(1)) {
    Deno.writeFileSync(copies.at("log"), bytes, { append: true });
  }
  await assertLog(copies.at("log"));
});

Deno.test("get --snapshot takes a file that was replaced by a shorter one", async () => {
  await using copies = await Copies.start();
  await Deno.writeFile(copies.served("log"), LOG);
  let rotated = false;
  const rotate: OnTransferEvent = ({ kind }) => {
    if (kind !== "plan" || rotated) return;
    rotated = true;
    Deno.renameSync(copies.served("log"), copies.served("log.1"));
    Deno.writeFileSync(copies.served("log"), LINE);
  };
  assertDone(await copies.get(["log"], { snapshot: true, onEvent: rotate }), 1);
  assertEquals(await Deno.readFile(copies.at("log")), LINE);
});

Deno.test("put --snapshot over updown and json ends where the file ended at the start", async () => {
  await using copies = await Copies.start();
  const text = new TextEncoder().encode("a line of text\n".repeat(300_000));
  for (const dialect of ["updown", "json"]) {
    await Deno.writeFile(copies.at(dialect), text);
    const onEvent = growing(copies.at(dialect));
    const outcome = await copies.put([dialect], { dialect, snapshot: true, onEvent });
    assertDone(outcome, 1);
    assertEquals(outcome.done[0]!.bytes, text.length);
    assert(Deno.statSync(copies.at(dialect)).size > text.length, "it grew");
  }
});

Deno.test("an older server that ignores --snapshot is noticed", () => {
  const info = { path: "log", type: "file", bytes: 6, mtimeMs: 0, executable: false } as const;
  requireSnapshot({ ...info, revision: "r" }, 6);
  requireSnapshot({ ...info, revision: "r" }, undefined);
  const error = assertThrows(() => requireSnapshot({ ...info, revision: "r" }, 5), FtError);
  assertEquals(error.code, "protocol");
});
