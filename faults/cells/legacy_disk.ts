/**
 * Crashes and failures at each file operation of transfers in the legacy dialects: of the client in
 * downloads and of the server in uploads; and sources that change during a download.
 *
 * @module
 */

import type { Cell, Round } from "../cell.ts";
import { LEGACY_DIALECTS, type LegacyWork, letters, worksOf } from "../legacy/works.ts";
import { DISK_STRIKES, strikeEach } from "../os/each_operation.ts";
import { planned } from "../os/planned_sides.ts";
import { tidy } from "../system.ts";
import * as verdict from "../verdict.ts";
import { hostFor } from "../work.ts";

/** The changes of a source. */
const CHANGES = ["grow", "shrink", "replaced", "removed"] as const;
const NOT_FOUND = 3;
const CONFLICT = 7;

/** Changes a source after each of its reads in turn: the client gets one version, or none. */
async function changeSource(
  round: Round,
  work: LegacyWork,
  to: typeof CHANGES[number],
): Promise<void> {
  const system = await round.system();
  const { plan } = await planned(system, "server");
  const [path, by] = [system.served("f.bin"), system.served(".other")];
  const how = {
    grow: { to: "grow", bytes: 1000 },
    shrink: { to: "shrink", bytes: 1000 },
    replaced: { to: "replaced", by },
    removed: { to: "removed" },
  } as const;
  const env = { FTCLIENT_HOST: hostFor(work, system.url) };
  for (let nth = 1;; nth++) {
    await tidy(system);
    await Deno.writeFile(by, letters(round.random, 200_000));
    const job = await work.prepare(system, round.random);
    const deed = { kind: "change", path, how: how[to] } as const;
    await plan.arm([{ ops: ["read"], path: `^${path}$`, nth, when: "after", deed }]);
    const ended = await system.client(job.args, { env });
    const struck = await plan.strikes() > 0;
    await plan.arm([]);
    if (!struck) return verdict.exited(ended, [0]);
    round.struck();
    verdict.exited(ended, [0, NOT_FOUND, 5, 6, CONFLICT]);
    const [target] = job.targets;
    const now = await Deno.readFile(path).catch(() => null);
    await oneVersion(target!.path, [target!.old, target!.new, now]);
    const last = await system.client([...job.args, "--overwrite"], { env });
    verdict.exited(last, now === null ? [NOT_FOUND] : [0], "the second ftclient");
    if (now !== null) await oneVersion(target!.path, [now]);
  }
}

/** @throws {verdict.Wrong} When a file has none of the versions. */
async function oneVersion(
  path: string,
  versions: readonly (Uint8Array | null)[],
): Promise<void> {
  const found = await Deno.readFile(path).catch(() => null);
  const same = (version: Uint8Array | null) =>
    version === null || found === null
      ? version === found
      : version.length === found.length && version.every((byte, i) => byte === found[i]);
  if (!versions.some(same)) throw new verdict.Wrong(`${path} is no version that there was`);
}

function cell(work: LegacyWork, fault: string, phase: string, run: Cell["run"]): Cell {
  const isQuick = work.dialect.name === "line" && work.name === "get" && fault.startsWith("crash");
  return {
    ...{ dialect: work.dialect.name, work: work.name, fault, phase, run },
    ...{ rounds: 1, quick: isQuick ? 1 : 0, needs: ["linux"], timeoutMs: 600_000 },
  };
}

/** Returns the cells of this family. */
export function legacyDisk(): Cell[] {
  const works = LEGACY_DIALECTS.flatMap((dialect) => worksOf(dialect));
  const sweeps = works.flatMap((work) =>
    DISK_STRIKES.map((strike) => {
      const side = work.way === "get" ? "client" : "server";
      const phase = `${strike.when}-each-operation`;
      return cell(
        work,
        `${strike.name}-${side}`,
        phase,
        (round) => strikeEach(round, work, side, strike),
      );
    })
  );
  const changes = works.filter(({ way, dialect }) => way === "get" && dialect.digest)
    .flatMap((work) =>
      CHANGES.map((to) =>
        cell(work, `source-${to}`, "after-each-read", (round) => changeSource(round, work, to))
      )
    );
  return [...sweeps, ...changes];
}
