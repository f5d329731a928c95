/**
 * The source of a transfer grows, shrinks, is rewritten, replaced or removed while it is read.
 *
 * @module
 */

import { join } from "node:path";
import type { Cell, Round } from "../cell.ts";
import { BYTES, NATIVE_WORKS } from "../native/works.ts";
import type { Change, Rule } from "../../testing/planned/plan.ts";
import { planned } from "../os/planned_sides.ts";
import { tidy } from "../system.ts";
import * as verdict from "../verdict.ts";
import type { Target, Work } from "../work.ts";

const SOURCE = "(^|/)f\\.bin$";
const MiB = 1024 * 1024;

/** The changes of a source, and its content afterwards. */
interface SourceChange {
  readonly name: string;
  how(other: string): Change;
  after(content: Uint8Array, other: Uint8Array): Uint8Array | null;
}

const CHANGES: readonly SourceChange[] = [
  {
    name: "source-grows",
    how: () => ({ to: "grow", bytes: 5000 }),
    after(content) {
      const grown = new Uint8Array(content.length + 5000).fill(0x67);
      grown.set(content);
      return grown;
    },
  },
  {
    name: "source-shrinks",
    how: () => ({ to: "shrink", bytes: 1.5 * MiB }),
    after: (content) => content.slice(0, content.length - 1.5 * MiB),
  },
  {
    name: "source-rewritten",
    how: () => ({ to: "flipped", at: MiB + 9 }),
    after(content) {
      const flipped = content.slice();
      flipped[MiB + 9]! ^= 1;
      return flipped;
    },
  },
  {
    name: "source-replaced",
    how: (other) => ({ to: "replaced", by: other }),
    after: (_, other) => other,
  },
  { name: "source-vanishes", how: () => ({ to: "removed" }), after: () => null },
];

/** The moments of the change, by phase: operations on the source. */
const PHASES: Readonly<Record<string, readonly Pick<Rule, "ops" | "nth" | "when">[]>> = {
  "after-request": [{ ops: ["open"], nth: 1, when: "before" }, {
    ...{ ops: ["open"], nth: 1, when: "after" },
  }],
  "first-block": [{ ops: ["read"], nth: 1, when: "before" }, {
    ...{ ops: ["read"], nth: 1, when: "after" },
  }],
  "middle": [{ ops: ["read"], nth: 2, when: "after" }, { ops: ["read"], nth: 3, when: "after" }],
  "last-block": [{ ops: ["read"], nth: 4, when: "before" }, {
    ...{ ops: ["read"], nth: 4, when: "after" },
  }],
};

async function run(
  round: Round,
  work: Work,
  change: SourceChange,
  moment: Pick<Rule, "ops" | "nth" | "when">,
): Promise<void> {
  const system = await round.system();
  const side = work.way === "get" ? "server" : "client";
  const { plan, program } = await planned(system, side);
  await tidy(system);
  const job = await work.prepare(system, round.random);
  const [target] = job.targets as [Target];
  const source = join(work.way === "get" ? system.root : system.work, "f.bin");
  const [content, other] = [target.new, round.random.bytes(BYTES)];
  const otherPath = `${system.root}_other`;
  await Deno.writeFile(otherPath, other);
  const how = change.how(otherPath);
  await plan.arm([{ ...moment, path: SOURCE, deed: { kind: "change", path: source, how } }]);
  const args = job.args.includes("--overwrite") ? job.args : [...job.args, "--overwrite"];
  const ended = await system.client(args, side === "client" ? { program } : {});
  if (await plan.strikes() > 0) round.struck();
  await plan.arm([]);
  const after = change.after(content, other);
  const gone = after === null;
  verdict.exited(ended, gone ? [0, 3] : [0]);
  const versions = [content, after].filter((version) => version !== null);
  await oneVersion(target, ended.code === 0 ? versions : [target.old, ...versions]);
  await verdict.serves(system);
  if (gone) await Deno.writeFile(source, content);
  verdict.exited(await system.client(args), [0], "the second ftclient");
  await oneVersion(target, [after ?? content]);
  await verdict.nothingElse(system, job);
}

/** @throws {Wrong} When the file has none of these contents. */
async function oneVersion(
  target: Target,
  versions: readonly (Uint8Array | null)[],
): Promise<void> {
  const [one, two = one, three = two] = versions;
  const job = (old: Uint8Array | null, fresh: Uint8Array | null) => ({
    ...{ args: [], entries: [], targets: [{ path: target.path, old, new: fresh ?? old! }] },
  });
  await verdict.wholeUnderNames(job(one!, two!)).catch(() =>
    verdict.wholeUnderNames(job(one!, three!))
  );
}

/** Returns the cells of this family. */
export function sources(): Cell[] {
  const works = NATIVE_WORKS.filter(({ name }) => /^(overwrite-)?(get|put)$/.test(name));
  return works.flatMap((work) =>
    CHANGES.flatMap((change) =>
      Object.entries(PHASES).map(([phase, moments]): Cell => ({
        ...{ dialect: "native", work: work.name, fault: change.name, phase },
        ...{ rounds: 8, quick: phase === "middle" && work.name === "get" ? 1 : 0 },
        ...{ needs: ["linux"] },
        run: (round) => run(round, work, change, moments[round.number % moments.length]!),
      }))
    )
  );
}
