/**
 * Signals to the client and to the server, in every phase of the native protocol that is visible on
 * the wire.
 *
 * @module
 */

import type { Cell } from "../cell.ts";
import type { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { NATIVE_PHASES } from "../native/phases.ts";
import { NATIVE_WORKS } from "../native/works.ts";
import { type Fault, faultyWire, strike } from "../strike.ts";
import { freezeAt, type Place } from "../wire.ts";

const KILLED = 137;

const lay = (url: string, place: () => Place) => faultyWire(url, place, freezeAt);

/** Signals to the client and to the server while the wire has stopped. */
export const SIGNALS: readonly Fault<FaultProxy>[] = [
  {
    name: "kill-client",
    lay,
    codes: [KILLED],
    async strike({ client, wire }) {
      client.signal("SIGKILL");
      await client.finished;
      wire.cut();
    },
  },
  {
    name: "kill-server",
    lay,
    codes: [5],
    endsServer: true,
    async strike({ system, wire }) {
      await system.kill();
      wire.cut();
    },
  },
  {
    // The server is started again, and the client resumes by itself.
    name: "restart-server",
    lay,
    codes: [0],
    env: { FTCLIENT_RETRIES: "3" },
    async strike({ system, wire }) {
      await system.restart();
      wire.cut();
    },
  },
  {
    name: "int-client",
    lay,
    codes: [130],
    async strike({ client }) {
      client.signal("SIGINT");
      await client.finished;
    },
  },
  {
    name: "int-server",
    lay,
    codes: [0, 5],
    endsServer: true,
    async strike({ system, wire }) {
      const before = system.log.length;
      system.signal("SIGINT");
      await system.logs(/server\.drain/, before);
      wire.thaw();
    },
  },
];

/** Returns the cells of this family. */
export function nativeSignals(): Cell[] {
  return NATIVE_WORKS.flatMap((work) =>
    NATIVE_PHASES.filter((phase) => phase.in(work)).flatMap((phase) =>
      SIGNALS.map((fault): Cell => ({
        ...{ dialect: "native", work: work.name, fault: fault.name, phase: phase.name },
        ...{ rounds: fault.env === undefined ? 4 : 1 },
        quick: fault.name.startsWith("kill") ? 1 : 0,
        run: (round) => strike(round, work, () => phase.place(work), fault),
      }))
    )
  );
}
