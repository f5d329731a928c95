/**
 * Faults during a chat: a listener over the failing wire, a witness, and a speaker. Every message that
 * the server accepted is received once and in order. In the native protocol this includes messages
 * sent while the listener was away. The legacy dialects do not replay missed messages, and have no
 * pings, so that their clients cannot distinguish a frozen wire from a silent chat.
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
/** The faults that every dialect can detect. */
const BY_ALL = ["kill-client", "int-client", "kill-server", "int-server", "cut"];
const NATIVE = [...BY_ALL, "freeze", "silent-sender", "silent-receiver"];

function cell(
  dialect: string,
  fault: string,
  phase: string,
  run: (round: Round) => Promise<void>,
): Cell {
  const isQuick = ["kill-server", "cut"].includes(fault) && phase === "in-message";
  return {
    ...{ dialect, work: "chat", fault, phase, rounds: 4, quick: isQuick ? 1 : 0 },
    run,
  };
}

function tells(dialect: string, { name }: Fault<Wire>, phase: ChatPhase): boolean {
  // Before its first message, only the timeout of the connection detects a silent peer.
  if (name === "silent-receiver" && phase.name !== "in-message") return false;
  return dialect === "native" ? NATIVE.includes(name) : phase.legacy && BY_ALL.includes(name);
}

/** Returns the cells of this family. */
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
