/**
 * A connection of the dialects that stay: requests, files and broadcasts until the client leaves.
 *
 * @module
 */

import { hasCode } from "../base/errors.ts";
import type { SumAlgorithm } from "../service/files.ts";
import type { Login, Session } from "./dialect.ts";
import { halfCloseAndDrain } from "./half_close.ts";
import { openSummed, type SummedFile } from "./outgoing_file.ts";
import { refusal } from "./refusal.ts";
import { Turns } from "./turns.ts";

/** How a dialect puts what every one of them has to say. */
export interface Wording {
  readonly dialect: string;
  readonly encodeBroadcast: (text: string) => Uint8Array;
  readonly encodeRefusal: (reason: string) => Uint8Array;
  /** What it says of a file that is not there. */
  readonly missing: string;
  readonly algorithm: SumAlgorithm;
}

/** What a request is answered with. */
export interface PersistentSession extends Login {
  readonly session: Session;
  readonly turns: Turns;
  readonly wording: Wording;
}

/**
 * Logs in, takes a chat seat, and talks until the client leaves; one that breaks the rules is told
 * so and left.
 *
 * @param talk Answers requests; what it throws ends the conversation.
 */
export async function converse(
  session: Session,
  wording: Wording,
  talk: (conversation: PersistentSession) => Promise<void>,
): Promise<void> {
  session.established();
  const login = await session.login({ kind: "anonymous" });
  const { dialect, encodeBroadcast: encode } = wording;
  await using turns = new Turns(session, login.chat, { dialect, encode });
  try {
    await talk({ ...login, session, turns, wording });
  } catch (error) {
    if (!hasCode(error, "protocol")) throw error;
    await turns.send(wording.encodeRefusal(refusal(session, "request", error)));
  }
  await halfCloseAndDrain(session);
}

/**
 * Gives a file in a turn of its own, or says why not.
 *
 * @param send Sends it, from the first byte of the answer to the last.
 */
export async function giveFile(
  { session, files, turns, wording }: PersistentSession,
  name: string,
  send: (file: SummedFile) => Promise<void>,
): Promise<void> {
  using _work = session.working();
  let opened: SummedFile;
  try {
    opened = await openSummed(files, name, wording.algorithm, session.signal);
  } catch (error) {
    return await turns.send(wording.encodeRefusal(refusal(session, "get", error, wording.missing)));
  }
  await using file = opened;
  using _turn = await turns.take();
  await send(file);
}
