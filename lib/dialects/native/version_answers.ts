/**
 * Answers about versions.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { ItemSender } from "../../native/items.ts";
import type { FileVersions } from "../../service/files.ts";
import type { Login } from "../dialect.ts";
import type { Answer } from "./answer.ts";

/** @throws `protocol` if none are kept. */
function keptBy({ versions }: Login): FileVersions {
  if (versions !== undefined) return versions;
  throw new FtError("protocol", "this server keeps no versions");
}

/** Lists the versions of a name. */
export const versions: Answer<"versions"> = async ({ path }, exchange, login) => {
  const items = new ItemSender(exchange);
  await items.add(await keptBy(login).of(path, { signal: exchange.signal }));
  await items.flush();
  return {};
};

/** Streams the names in a folder that have nothing but versions. */
export const deleted: Answer<"deleted"> = async (request, exchange, login, { budget }) => {
  const { path, recursive } = request;
  const { signal } = exchange;
  using _permit = await budget.listings.acquire(signal);
  const items = new ItemSender(exchange);
  for await (const entry of keptBy(login).deleted(path, { recursive, signal })) {
    await items.add([entry]);
  }
  await items.flush();
  return {};
};

/** Restores a version. */
export const restore: Answer<"restore"> = async ({ path, rev }, { signal }, login) =>
  await keptBy(login).restore(path, { rev, signal });

/** Removes versions for good. */
export const forget: Answer<"forget"> = async ({ path, rev }, { signal }, login) => {
  await keptBy(login).forget(path, { rev, signal });
  return {};
};
