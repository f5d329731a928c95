/**
 * Faults while people chat: one who listens over the wire that fails, a witness beside, and one who
 * speaks. Whatever the server took is heard once and in order. In the native protocol that holds for
 * what was said while the listener was away; the older dialects tell nobody what was missed, and
 * have no pings, so that nobody there can tell a frozen wire from a silent chat.
 *
 * @module
 */

import type { Cell, Round } from "../cell.ts";
import { CHAT_PHASES, type ChatPhase } from "../chat/phases.ts";
import { cutInReplay, loseAnswer, strikeListener } from "../chat/scene.ts";
import type { Fault } from "../strike.ts";
import type { Wire } from "../wire.ts";
import { SIGNALS } from "./native_signals.ts";
import { BREAKS } from "./native_wire.ts";

const FAULTS = [...SIGNALS, ...BREAKS] as readonly Fault<Wire>[];
/** Those that every dialect can tell; what resets a wire does so each time. */
const BY_ALL = ["kill-client", "int-client", "kill-server", "int-server", "cut"];
const NATIVE = [...BY_ALL, "freeze", "silent-sender", "silent-receiver"];

function cell(
  dialect: string,
  fault: string,
  phase: string,
  run: (round: Round) => Promise<void>,
): Cell {
  const told = ["kill-server", "cut"].includes(fault) && phase === "in-message";
  return {
    ...{ dialect, work: "chat", fault, phase, rounds: 4, quick: told ? 1 : 0 },
    run,
  };
}

function tells(dialect: string, { name }: Fault<Wire>, phase: ChatPhase): boolean {
  // Who falls silent before the first word is seen by the deadline of the connection alone.
  if (name === "silent-receiver" && phase.name !== "in-message") return false;
  return dialect === "native" ? NATIVE.includes(name) : phase.legacy && BY_ALL.includes(name);
}

/** The cells of this family. */
export function chat(): Cell[] {
  const struck = ["native", "line", "framed"].flatMap((dialect) =>
    CHAT_PHASES.flatMap((phase) =>
      FAULTS.filter((fault) => tells(dialect, fault, phase)).map((fault) =>
        cell(
          dialect,
          fault.name,
          phase.name,
          (round) => strikeListener(round, dialect, phase, fault),
        )
      )
    )
  );
  return [
    ...struck,
    cell("native", "cut", "in-replay", cutInReplay),
    cell("native", "cut", "before-answer", (round) => loseAnswer(round, "cut")),
    cell("native", "kill-server", "before-answer", (round) => loseAnswer(round, "kill-server")),
  ];
}
