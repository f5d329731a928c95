/**
 * A chat that a fault strikes, from the first message to the check of all received messages.
 *
 * @module
 */

import type { Round } from "../cell.ts";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import type { System } from "../../testing/programs/system.ts";
import { findFrame } from "../frames.ts";
import { openSystem } from "../system.ts";
import type { Fault } from "../strike.ts";
import * as verdict from "../verdict.ts";
import { cutAt, type Wire } from "../wire.ts";
import { heardOnce, Listener } from "./listener.ts";
import { type ChatPhase, inText } from "./phases.ts";
import { Speaker } from "./speaker.ts";

/** Returns a text that is unique to the round. */
type Words = (word: string) => string;

function wordsOf({ random }: Round): Words {
  const tag = Math.floor(random.next() * 1e9).toString(36);
  return (word) => `${word}_${tag}`;
}

/** @throws {verdict.Wrong} When the server does not accept a text. */
async function say(system: System, ...texts: readonly string[]): Promise<void> {
  using speaker = await Speaker.connect(system.url);
  for (const text of texts) {
    if (await speaker.say(text) !== true) throw new verdict.Wrong(`not accepted: ${text}`);
  }
}

/** A system with a chat, and the address for the listener. */
interface ChatSystem extends AsyncDisposable {
  readonly system: System;
  /** The address of the server for the listener. */
  readonly url: string;
  /** The scheme of the address. */
  readonly scheme: string;
}

/** A listener sends no bytes by which a legacy dialect could be detected, so it needs its own port. */
async function chatSystem(round: Round, dialect: string): Promise<ChatSystem> {
  if (dialect === "native") {
    const system = await round.system();
    return {
      system,
      url: system.url,
      scheme: "ft",
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const scheme = `ft+${dialect}`;
  const port = freePort();
  const system = await openSystem({ args: ["--listen", `${scheme}://127.0.0.1:${port}`] });
  const url = `ft://127.0.0.1:${port}`;
  return { system, url, scheme, [Symbol.asyncDispose]: () => system[Symbol.asyncDispose]() };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/**
 * Strikes a listener, while a witness listens without faults.
 *
 * @param fault A fault of the listener, its wire, or the server.
 */
export async function strikeListener(
  round: Round,
  dialect: string,
  phase: ChatPhase,
  fault: Fault<Wire>,
): Promise<void> {
  await using chat = await chatSystem(round, dialect);
  const { system } = chat;
  const words = wordsOf(round);
  const [before, due, away, end] = ["before", "due", "away", "end"].map(words) as [
    ...[string, string, string, string],
  ];
  const native = dialect === "native";
  await using wire = await fault.lay(chat.url, () => phase.place(due));
  const witness = new Listener(system, system.url, "witness");
  await witness.joined();
  const host = wire.url.replace(/^ft:/, `${chat.scheme}:`);
  const ear = new Listener(system, host, native ? "ear" : undefined);
  if (phase.seated) {
    await ear.joined();
    await say(system, before);
    await ear.hears(before);
    await say(system, due);
  }
  await arrives(wire, ear);
  await fault.strike?.({ system, wire, client: ear.client });
  round.struck();
  if (fault.endsServer) {
    await system.ended;
    await system.resume();
    await witness.joined(true);
  }
  await verdict.serves(system);
  if (native || !phase.seated) await say(system, away);
  const gone = fault.name.endsWith("-client");
  if (!gone) await ear.joined(phase.seated);
  await say(system, end);
  await witness.hears(end);
  const seated = phase.seated ? [before, due] : [];
  const all = native || !phase.seated ? [...seated, away, end] : [...seated, end];
  heardOnce("the witness", await witness.end(), all);
  if (gone) return verdict.exited(await ear.client.finished, fault.codes);
  await ear.hears(end);
  const heard = await ear.end();
  // A listener that has not joined misses messages, and the legacy dialects replay none.
  if (!phase.seated) heardOnce("the listener", heard, [end], [away]);
  else if (native) heardOnce("the listener", heard, all);
  else heardOnce("the listener", heard, [before, end], [due]);
}

async function arrives(wire: Wire, { client }: Listener): Promise<void> {
  const ended = client.finished.then(({ code, stderr }) => {
    throw new verdict.Wrong(`the listener ended with ${code} before it was hit: ${stderr}`);
  });
  ended.catch(() => {});
  await Promise.race([wire.happened, ended]);
}

/** Cuts the listener in a message, and again during the replay. */
export async function cutInReplay(round: Round): Promise<void> {
  const system = await round.system();
  const words = wordsOf(round);
  const due = words("due");
  await using wire = await FaultProxy.start(
    system.url,
    (connection) => connection < 2 ? cutAt(inText(due)) : {},
  );
  const ear = new Listener(system, wire.url, "ear");
  await ear.joined();
  await say(system, words("before"), due);
  await wire.happened;
  round.struck(2);
  await say(system, words("away"), words("end"));
  await ear.hears(words("end"));
  heardOnce("the listener", await ear.end(), ["before", "due", "away", "end"].map(words));
}

/**
 * Sends a message whose answer is lost, by a cut or with the server: it is received once or not at all,
 * and every answered message is received.
 */
export async function loseAnswer(round: Round, what: "cut" | "kill-server"): Promise<void> {
  const system = await round.system();
  const words = wordsOf(round);
  const witness = new Listener(system, system.url, "witness");
  await witness.joined();
  const [taken, lost, end] = ["taken", "lost", "end"].map(words) as [string, string, string];
  await say(system, taken);
  // The answer may come in one piece with the hello.
  const answer = findFrame(({ type }) => type === "RPLY" ? 0 : null, 0);
  const answered = { down: { [what === "cut" ? "cutAt" : "freezeAt"]: answer } };
  await using wire = await FaultProxy.start(system.url, () => answered);
  using speaker = await Speaker.connect(wire.url);
  const saying = speaker.say(lost);
  await wire.happened;
  round.struck();
  if (what === "kill-server") {
    await system.kill();
    wire.cut();
    await system.resume();
    await witness.joined(true);
  }
  if (await saying !== null) throw new verdict.Wrong("the answer was not lost");
  await say(system, end);
  await witness.hears(end);
  heardOnce("the witness", await witness.end(), [taken, end], [lost]);
}
