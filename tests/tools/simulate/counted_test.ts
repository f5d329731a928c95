/** What docs/CAPACITY.md says about what commands ask of a store and a bus, counted again. */

import { assert } from "@std/assert";
import {
  type CountedCluster,
  countedCluster,
  NEEDS_CLUSTER,
} from "../../../testing/cluster/counted_cluster.ts";
import { type CommandName, COMMANDS } from "../../../tools/simulate/commands.ts";
import { COUNTED } from "../../../tools/simulate/counted.ts";
import {
  type CommandCounts,
  countCommand,
  prepareCounting,
} from "../../../tools/simulate/counting.ts";

type Counted = Readonly<Partial<Record<string, number>>>;

let cluster: CountedCluster | undefined;

if (!NEEDS_CLUSTER.ignore) {
  Deno.test.beforeAll(async () => {
    cluster = await countedCluster();
    await prepareCounting(cluster);
  });
  Deno.test.afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });
}

/** Folders are remembered for 5 s, so a slow machine asks more often. */
const DEPENDS_ON_TIME: readonly CommandName[] = ["putFolder", "list", "listLong"];
/** Requests that only look; how many depends on what is remembered, and on what is read ahead. */
const LOOKS: readonly string[] = ["GET", "HEAD", "LIST"];

/** By how many requests of a kind two runs of a command may differ. */
function tolerance(name: CommandName, kind: string, known: Counted): number {
  if (DEPENDS_ON_TIME.includes(name)) return 2 + 0.4 * (known[kind] ?? 0);
  if (LOOKS.includes(kind)) return 1;
  // Parts that are sent within half a second share a record.
  return kind === "PUT" ? known.PART ?? 0 : 0;
}

function assertSame(name: CommandName, now: CommandCounts, then: CommandCounts): void {
  const advice = `${name}: run deno task simulate --count, and --write`;
  const counts: [Counted, Counted][] = [[now.store, then.store], [now.bus, then.bus]];
  for (const [counted, known] of counts) {
    for (const kind of Object.keys({ ...counted, ...known })) {
      // A server asks about leases if it has not for 50 ms.
      if (kind === "READ") continue;
      const [a, b] = [counted[kind] ?? 0, known[kind] ?? 0];
      assert(
        Math.abs(a - b) <= tolerance(name, kind, known),
        `${advice}: ${kind} ${a} instead of ${b}`,
      );
    }
  }
}

for (const command of COMMANDS) {
  Deno.test({
    name: `what "${command.title}" asks of a store and a bus is what CAPACITY.md says`,
    ...NEEDS_CLUSTER,
    // The cluster runs on from one test to the next.
    ...{ sanitizeOps: false, sanitizeResources: false },
    async fn() {
      const now = await countCommand(cluster!, command);
      assertSame(command.name, now, COUNTED.commands[command.name]);
    },
  });
}
