/**
 * One flipped bit on the wire, and what must hold whatever it hit.
 *
 * @module
 */

import type { Round } from "./cell.ts";
import { FaultProxy } from "../testing/network/fault_proxy.ts";
import type { Find } from "../testing/network/faults.ts";
import type { Finished, RunningProgram } from "../testing/programs/running_program.ts";
import type { System } from "../testing/programs/system.ts";
import { tidy } from "./system.ts";
import * as verdict from "./verdict.ts";
import { hostFor, type Job, type Work } from "./work.ts";

/** What a client may say of an answer that is not what it was; it must end by itself. */
const CODES = [0, 2, 3, 4, 5, 6, 7, 8, 11, 23];
/** An error that ought not to be, which a flipped error code may become. */
const UNEXPECTED = 1;
/** Milliseconds after which a client that waits for what will not come is stopped, and wrong. */
const PATIENCE_MS = 10_000;

/** Which bit is flipped. */
export interface Flip {
  readonly way: "up" | "down";
  /** Its byte. */
  readonly find: Find;
  /** Whether it may be that of an error code. @default {false} */
  readonly inError?: boolean;
  /** Removes what it may leave behind, which nothing can guard against. @default nothing */
  readonly clean?: (system: System, job: Job) => Promise<void>;
}

/**
 * Does a work with a random bit of one byte flipped, and again without.
 *
 * @returns Whether that byte passed at all.
 * @throws {verdict.Wrong} When something is under a final name that does not belong there.
 */
export async function flipOnce(
  round: Round,
  work: Work,
  { way, find, inError = false, clean }: Flip,
): Promise<boolean> {
  const system = await round.system();
  await tidy(system);
  const job = await work.prepare(system, round.random);
  const faults = { [way]: { flip: { find, bit: round.random.below(8) } } };
  await using proxy = await FaultProxy.start(
    system.url,
    (connection) => connection === 0 ? faults : {},
  );
  let struck = false;
  proxy.happened.then(() => struck = true);
  const env = { FTCLIENT_HOST: hostFor(work, proxy.url), FTCLIENT_TIMEOUT: "0.6" };
  const ended = await patiently(system.spawn(job.args, { env }));
  proxy.cut();
  if (!struck) return false;
  round.struck();
  verdict.exited(ended, inError ? [UNEXPECTED, ...CODES] : CODES);
  await verdict.wholeUnderNames(job);
  if (ended.code === 0) await verdict.completed(job);
  await verdict.serves(system);
  const again = await system.client(job.args, {
    env: { FTCLIENT_HOST: hostFor(work, system.url) },
  });
  verdict.exited(again, [0], "the second ftclient");
  await verdict.completed(job);
  await clean?.(system, job);
  await verdict.nothingElse(system, job);
  return true;
}

async function patiently(client: RunningProgram): Promise<Finished> {
  const timer = setTimeout(() => client.signal("SIGINT"), PATIENCE_MS);
  try {
    return await client.finished;
  } finally {
    clearTimeout(timer);
  }
}
