/**
 * Stale connections: frozen ones that continue after another has done the work, and bytes that are
 * replayed.
 *
 * @module
 */

import type { Cell, Round } from "../cell.ts";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { NATIVE_PHASES, type Phase } from "../native/phases.ts";
import { NATIVE_WORKS } from "../native/works.ts";
import type { System } from "../../testing/programs/system.ts";
import { removeUnclaimed, tidy } from "../system.ts";
import { faultyWire } from "../strike.ts";
import * as verdict from "../verdict.ts";
import { freezeAt } from "../wire.ts";
import type { Job, Work } from "../work.ts";

const PUTS = NATIVE_WORKS.filter(({ name }) => ["put", "overwrite-put"].includes(name));
/** The maximum of recorded bytes. */
const MAX_RECORDED = 8 * 1024 * 1024;
/** Milliseconds until a server has answered the replayed bytes. */
const ANSWERED_MS = 3000;

/** Uploads other content under the same name, without faults. */
async function putOther(system: System, job: Job, random: Round["random"]): Promise<Job> {
  const target = job.targets[0]!;
  const content = random.bytes(target.new.length - 1);
  await Deno.writeFile(system.at("f.bin"), content);
  verdict.exited(await system.client(["put", "f.bin", "--overwrite"]), [0], "the other ftclient");
  return { ...job, targets: [{ ...target, old: target.new, new: content }] };
}

/** Freezes a put until it fails, repeats it with other content, and then thaws the first one. */
async function wakeUp(round: Round, work: Work, phase: Phase): Promise<void> {
  const system = await round.system();
  await tidy(system);
  const job = await work.prepare(system, round.random);
  let newer: Job;
  {
    await using proxy = await faultyWire(system.url, () => phase.place(work), freezeAt);
    const env = { FTCLIENT_HOST: proxy.url, FTCLIENT_TIMEOUT: "0.5" };
    verdict.exited(await system.client(job.args, { env }), [5]);
    newer = await putOther(system, job, round.random);
    proxy.thaw();
    round.struck();
    await drained(system);
  }
  await verdict.serves(system);
  await verdict.completed(newer);
  verdict.exited(await system.client(["put", "f.bin", "--overwrite"]), [0], "the last ftclient");
  await verdict.nothingElse(system, newer);
}

/** Waits until the server has closed every connection. */
async function drained(system: System): Promise<void> {
  const count = (word: string) => system.log.split(`connection.${word} `).length;
  for (let rest = 50; rest > 0 && count("close") < count("open"); rest--) {
    await system.logs(/connection\.close /, system.log.length, 100);
  }
}

/** Replays the bytes of a successful put, later or twice at the same time. */
async function replay(round: Round, work: Work, times: number): Promise<void> {
  const system = await round.system();
  await tidy(system);
  const job = await work.prepare(system, round.random);
  const recorded = new Uint8Array(MAX_RECORDED);
  let length = 0;
  const look = (piece: Uint8Array, at: number) => {
    recorded.set(piece, at);
    length = at + piece.length;
  };
  {
    await using proxy = await FaultProxy.start(system.url, () => ({ up: { look } }));
    verdict.exited(await system.client(job.args, { env: { FTCLIENT_HOST: proxy.url } }), [0]);
  }
  const newer = await putOther(system, job, round.random);
  const again = Array.from({ length: times }, () => send(system, recorded.subarray(0, length)));
  await Promise.all(again);
  round.struck(times);
  await verdict.serves(system);
  // With --overwrite the replayed request is valid; without, it must fail.
  if (work.name === "put") await verdict.completed(newer);
  else await verdict.wholeUnderNames(newer);
  await removeUnclaimed(system);
  verdict.exited(await system.client(["put", "f.bin", "--overwrite"]), [0], "the last ftclient");
  await verdict.completed(newer);
  await verdict.nothingElse(system, newer);
}

/** Sends bytes on a new connection, and reads until its end. */
async function send(system: System, bytes: Uint8Array): Promise<void> {
  const [, hostname, port] = /^ft:\/\/([^:]+):(\d+)/.exec(system.url)!;
  const connection = await Deno.connect({ hostname: hostname!, port: Number(port) });
  const timer = setTimeout(() => connection.close(), ANSWERED_MS);
  try {
    const read = async () => {
      const buffer = new Uint8Array(65536);
      while (await connection.read(buffer) !== null);
    };
    const write = async () => {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
      await connection.closeWrite();
    };
    await Promise.all([read(), write()]);
    connection.close();
  } catch {
    // The server may have refused the request; the remaining state is checked anyway.
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the cells of this family. */
export function nativeStale(): Cell[] {
  const names = ["after-request", "first-block", "middle", "last-block", "before-commit"];
  const phases = NATIVE_PHASES.filter(({ name }) => names.includes(name));
  return PUTS.flatMap((work): Cell[] => [
    ...phases.map((phase): Cell => ({
      ...{ dialect: "native", work: work.name, fault: "wakes-up", phase: phase.name },
      ...{ rounds: 4, quick: phase.name === "before-commit" ? 1 : 0 },
      run: (round) => wakeUp(round, work, phase),
    })),
    {
      ...{ dialect: "native", work: work.name, fault: "said-again", phase: "afterwards" },
      ...{ rounds: 8, quick: 1 },
      run: (round) => replay(round, work, 1),
    },
    {
      ...{
        dialect: "native",
        work: work.name,
        fault: "said-twice-at-once",
        phase: "afterwards",
      },
      ...{ rounds: 8, quick: 0 },
      run: (round) => replay(round, work, 2),
    },
  ]);
}
