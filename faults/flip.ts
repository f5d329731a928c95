/**
 * Flips one bit on the wire, and checks what must hold for every bit.
 *
 * @module
 */

import { withTimeout } from "../testing/with_timeout.ts";
import type { Round } from "./cell.ts";
import { FaultProxy } from "../testing/network/fault_proxy.ts";
import type { Find } from "../testing/network/faults.ts";
import type { Finished, RunningProgram } from "../testing/programs/running_program.ts";
import type { System } from "../testing/programs/system.ts";
import { tidy } from "./system.ts";
import * as verdict from "./verdict.ts";
import { clientOf, codesOf, doorOf, type Job, type Work } from "./work.ts";

/** The exit codes of a client that gets a damaged answer; it must end by itself. */
const CODES = [0, 2, 3, 4, 5, 6, 7, 8, 11, 23];
/** The exit code of an unexpected error, which a damaged error code may become. */
const UNEXPECTED = 1;
/** Milliseconds until a client counts as hung, and is interrupted; many on a busy machine. */
const CLIENT_TIMEOUT_MS = 30_000;

/** The bit to flip. */
export interface Flip {
  readonly way: "up" | "down";
  /** Finds its byte. */
  readonly find: Find;
  /** Whether the byte may belong to an error code. @default {false} */
  readonly inError?: boolean;
  /** Removes files that the flip may leave, and that cannot be prevented. @default none */
  readonly clean?: (system: System, job: Job) => Promise<void>;
}

/**
 * Runs a work with one random bit of a byte flipped, and once more without.
 *
 * @returns Whether the byte passed.
 * @throws {verdict.Wrong} When a final name has wrong content, or another check fails.
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
    doorOf(work, system),
    (connection) => connection === 0 ? faults : {},
  );
  let struck = false;
  proxy.happened.then(() => struck = true);
  const { env, ...options } = clientOf(work, proxy.url);
  const started = { ...options, env: { ...env, FTCLIENT_TIMEOUT: "0.6" } };
  const ended = await finishedInTime(system.spawn(job.args, started));
  proxy.cut();
  if (!struck) return false;
  round.struck();
  verdict.exited(ended, codesOf(work, inError ? [UNEXPECTED, ...CODES] : CODES));
  await verdict.wholeUnderNames(job);
  if (ended.code === 0) await verdict.completed(job);
  await verdict.serves(system);
  const again = await system.client(job.args, clientOf(work, doorOf(work, system)));
  verdict.exited(again, [0], "the second client");
  await verdict.completed(job);
  await clean?.(system, job);
  await verdict.nothingElse(system, job);
  return true;
}

async function finishedInTime(client: RunningProgram): Promise<Finished> {
  return await withTimeout(client.finished, CLIENT_TIMEOUT_MS, () => {
    client.signal("SIGINT");
    return client.finished;
  });
}
