/**
 * The answers to all requests, by operation.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { Exchange } from "../../native/exchange.ts";
import type { Request, RequestOp } from "../../native/schemas.ts";
import type { Files } from "../../service/files.ts";
import type { Login } from "../dialect.ts";
import type { Answer, ConnectionContext, RequestOf } from "./answer.ts";
import { ItemSender } from "../../native/items.ts";
import { list, manifest, read, readMany, statMany } from "./read_answers.ts";
import { deleted, forget, restore, versions } from "./version_answers.ts";
import { blocks, stage, writeMany } from "./write_answers.ts";

type OnFiles<Op extends RequestOp> = (
  files: Files,
  request: RequestOf<Op>,
  signal: AbortSignal,
) => Promise<unknown>;

/** Makes an answer that needs only the file service. */
function onFiles<Op extends RequestOp>(act: OnFiles<Op>): Answer<Op> {
  return async (request, exchange, { files }) => await act(files, request, exchange.signal) ?? {};
}

const ANSWERS: { [Op in RequestOp]?: Answer<Op> } = {
  login: (_request, _exchange, { user }) => Promise.resolve({ user }),
  stat: onFiles((files, { path, rev }, signal) => files.stat(path, { rev, signal })),
  list,
  statMany,
  manifest,
  read,
  readMany,
  stage,
  blocks,
  writeMany,
  lane: (_request, _exchange, _login, { offer }) => Promise.resolve(offer()),
  sum: onFiles(async (files, { path, algorithm }, signal) => ({
    digest: await files.sum(path, algorithm, { signal }),
  })),
  move: onFiles((files, { from, to }, signal) => files.move(from, to, { signal })),
  remove: onFiles((files, { path, recursive, revision }, signal) =>
    files.remove(path, { recursive, revision, signal })
  ),
  mkdir: onFiles((files, { path, mode }, signal) => files.mkdir(path, { mode, signal })),
  setFacts: onFiles((files, { op: _, path, ...facts }, signal) =>
    files.setFacts(path, { ...facts, signal })
  ),
  lease: onFiles((files, { path, ttlMs }, signal) => files.lease(path, { ttlMs, signal })),
  release: onFiles((files, { path, force }, signal) => files.release(path, { force, signal })),
  join: async (request, { signal }, { chat }, { seat }) => await seat.join(chat, request, signal),
  leave: async (_request, _exchange, _login, { seat }) => await seat.leave() ?? {},
  say: async ({ text, to }, _exchange, { chat }, { seat }) => await seat.say(chat, text, to) ?? {},
  who: (_request, exchange, { chat }) => sendAll(exchange, chat.who()),
  ...{ versions, deleted, restore, forget },
  receipt: ({ path, root }, { signal }, { receipts }) => receipts.make(path, root, signal),
  share: ({ op: _, ...request }, { signal }, { shares }) => shares.make(request, signal),
  shares: (_request, exchange, { shares }) => sendAll(exchange, shares.list()),
  unshare: ({ id }, _exchange, { shares }) => {
    shares.revoke(id);
    return Promise.resolve({});
  },
};

/** Answers with items, and an empty reply. */
async function sendAll(exchange: Exchange, values: readonly unknown[]): Promise<unknown> {
  const items = new ItemSender(exchange);
  await items.add(values);
  await items.flush();
  return {};
}

/** Answers a request. @throws `protocol` for one this server does not offer. */
export function answer(
  request: Request,
  exchange: Exchange,
  login: Login,
  context: ConnectionContext,
): Promise<unknown> {
  const found = ANSWERS[request.op] as Answer<RequestOp> | undefined;
  if (found === undefined) {
    throw new FtError("protocol", `this server does not offer ${request.op}`);
  }
  return found(request, exchange, login, context);
}
