/**
 * Serves the `line` and `framed` dialects: requests, files and broadcasts on one connection.
 *
 * @module
 */

import { hasCode } from "../base/errors.ts";
import type { SumAlgorithm } from "../service/files.ts";
import type { Login, Session } from "./dialect.ts";
import { halfCloseAndDrain } from "./half_close.ts";
import { openSummed, type SummedFile } from "./outgoing_file.ts";
import { refusal } from "./refusal.ts";
import { watchForReset } from "./reset_watch.ts";
import { Turns } from "./turns.ts";

/** The encoding of the answers that all persistent dialects have. */
export interface Wording {
  readonly dialect: string;
  readonly encodeBroadcast: (text: string) => Uint8Array;
  readonly encodeRefusal: (reason: string) => Uint8Array;
  /** The reason for a missing file. */
  readonly missing: string;
  /** The digest sent with a file. */
  readonly algorithm: SumAlgorithm;
}

/** The context of the functions that answer requests. */
export interface PersistentSession extends Login {
  readonly session: Session;
  readonly turns: Turns;
  readonly wording: Wording;
}

/**
 * Logs in as the anonymous user, takes a chat seat, and answers requests until the client
 * disconnects. After a protocol error the client gets a refusal, and the connection ends.
 *
 * @param answerRequests An error that it throws ends the session.
 */
export async function servePersistent(
  session: Session,
  wording: Wording,
  answerRequests: (persistent: PersistentSession) => Promise<void>,
): Promise<void> {
  session.established();
  const login = await session.login({ kind: "anonymous" });
  const { dialect, encodeBroadcast: encode } = wording;
  await using turns = new Turns(session, login.chat, { dialect, encode });
  try {
    await answerRequests({ ...login, session, turns, wording });
  } catch (error) {
    if (!hasCode(error, "protocol")) throw error;
    await turns.send(wording.encodeRefusal(refusal(session, "request", error)));
  }
  await halfCloseAndDrain(session);
}

/**
 * Sends a file in one turn, so that no broadcast falls into it, or else a refusal.
 *
 * @param send Sends the whole answer, from its first byte to the last.
 */
export async function sendFile(
  { session, files, turns, wording }: PersistentSession,
  name: string,
  send: (file: SummedFile) => Promise<void>,
): Promise<void> {
  using _work = session.working();
  watchForReset(session);
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
