/**
 * Logins and chat in the log, whichever dialect they came by.
 *
 * @module
 */

import type { Logger } from "../base/log.ts";
import { asFtError } from "../base/os_errors.ts";
import type { ChatSeat, UserChat } from "../chat/seat.ts";
import type { Credentials, Login } from "../dialects/dialect.ts";
import { LoggedFiles } from "../service/logged_files.ts";
import type { TransferCounts } from "../service/transfer_counts.ts";

/** A login, with whom to tell of its uploads. */
export interface ServedLogin extends Login {
  /** Told of each file that was uploaded. @default nobody */
  readonly uploaded?: ((path: string) => void) | undefined;
}

/**
 * Logs in, tells how it went, and gives services that tell what is done with them.
 *
 * @throws What `login` throws.
 */
export async function loggedLogin(
  login: (credentials: Credentials) => Promise<ServedLogin>,
  credentials: Credentials,
  log: Logger,
  counts: TransferCounts,
): Promise<Login> {
  const given = await tellRefusal(login(credentials), credentials, log);
  const bound = log.with({ user: given.user });
  bound[credentials.kind === "anonymous" ? "debug" : "info"]("login.done", {
    kind: credentials.kind,
  });
  return {
    ...given,
    files: new LoggedFiles(given.files, { log: bound, counts, uploaded: given.uploaded }),
    chat: loggedChat(given.chat, bound),
  };
}

async function tellRefusal(
  login: Promise<ServedLogin>,
  credentials: Credentials,
  log: Logger,
): Promise<ServedLogin> {
  try {
    return await login;
  } catch (error) {
    const { code, message } = asFtError(error);
    const user = credentials.kind === "password" ? credentials.user : undefined;
    log.warning("login.refused", { kind: credentials.kind, user, code, message });
    throw error;
  }
}

/** What is said stays between those who say it: the log has names and lengths. */
function loggedChat(door: UserChat, log: Logger): UserChat {
  const said = (seat: string | undefined, text: string, to: string | undefined) =>
    log.info("chat.said", { seat, to, chars: text.length });
  return {
    join(options) {
      const seat = door.join(options);
      log.info("chat.joined", { seat: seat.name });
      return loggedSeat(seat, log, said);
    },
    who: () => door.who(),
    say(text, options) {
      door.say(text, options);
      said(options.name, text, options.to);
    },
  };
}

function loggedSeat(
  seat: ChatSeat,
  log: Logger,
  said: (seat: string, text: string, to: string | undefined) => void,
): ChatSeat {
  return {
    name: seat.name,
    sequence: seat.sequence,
    messages: seat.messages,
    say(text, to) {
      seat.say(text, to);
      said(seat.name, text, to);
    },
    [Symbol.dispose]() {
      seat[Symbol.dispose]();
      log.info("chat.left", { seat: seat.name });
    },
  };
}
