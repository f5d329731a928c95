/**
 * A server with an admin, as the tests of the operator's view use it.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Users } from "../../../lib/auth/users.ts";
import type { Remote } from "../../../lib/client/remote/remote.ts";
import type { ServerOptions } from "../../../lib/server/server_options.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

/** The password of every user. */
export const PASSWORD = "secret word";

/** Bytes of `big.bin`: more than is on its way at once. */
export const BIG_BYTES = 32 << 20;

/** Starts a server with the admin `ada`, the user `ana`, and a file `big.bin`. */
export async function operatorServer(options: Partial<ServerOptions> = {}): Promise<WebServer> {
  const server = await webServer({ anonymous: "read", ...options });
  using database: DatabaseSync = openAuthDatabase(server.state);
  const users = new Users(database);
  await users.add("ada", "admin", PASSWORD);
  await users.add("ana", "write", PASSWORD);
  await Deno.writeFile(`${server.root}/big.bin`, new Uint8Array());
  await Deno.truncate(`${server.root}/big.bin`, BIG_BYTES);
  return server;
}

/** The `Authorization` of a user. */
export function basic(user: string): { readonly authorization: string } {
  return { authorization: `Basic ${btoa(`${user}:${PASSWORD}`)}` };
}

/** Connects as `ana`, and downloads the first block of `big.bin`; the others wait until the end. */
export async function slowDownload(server: WebServer): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const login = { kind: "password", user: "ana", password: PASSWORD } as const;
  const remote: Remote = stack.use(await server.connect({ login }));
  const reading = stack.use(await remote.files.read("big.bin"));
  const blocks = reading.blocks[Symbol.asyncIterator]();
  stack.defer(() => void blocks.return?.());
  await blocks.next();
  return stack.move();
}
