/**
 * Signals to the client and to the server, in every phase of the native protocol that can be told
 * on the wire.
 *
 * @module
 */

import type { Cell } from "../cell.ts";
import { freezeAt, NATIVE_PHASES } from "../native/phases.ts";
import { NATIVE_WORKS } from "../native/works.ts";
import { type Fault, strike } from "../strike.ts";

const KILLED = 137;

const SIGNALS: readonly Fault[] = [
  {
    name: "kill-client",
    codes: [KILLED],
    async strike({ client, proxy }) {
      client.signal("SIGKILL");
      await client.finished;
      proxy.cut();
    },
  },
  {
    name: "kill-server",
    codes: [5],
    endsServer: true,
    async strike({ room, proxy }) {
      await room.kill();
      proxy.cut();
    },
  },
  {
    name: "int-client",
    codes: [130],
    async strike({ client }) {
      client.signal("SIGINT");
      await client.finished;
    },
  },
  {
    name: "int-server",
    codes: [0, 5],
    endsServer: true,
    async strike({ room, proxy }) {
      const before = room.log.length;
      room.signal("SIGINT");
      await room.logs(/server\.drain/, before);
      proxy.thaw();
    },
  },
];

/** The cells of this family. */
export function nativeSignals(): Cell[] {
  return NATIVE_WORKS.flatMap((work) =>
    NATIVE_PHASES.filter((phase) => phase.in(work)).flatMap((phase) =>
      SIGNALS.map((fault): Cell => ({
        ...{ dialect: "native", work: work.name, fault: fault.name, phase: phase.name },
        ...{ rounds: 5, quick: fault.name.startsWith("kill") ? 1 : 0 },
        run: (round) => strike(round, work, () => freezeAt(phase.place(work)), fault),
      }))
    )
  );
}
