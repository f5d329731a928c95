/**
 * The server of the pictures of the operator's view: users, quotas, and transfers that last.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { Users } from "../../lib/auth/users.ts";
import { type WebServer, webServer } from "../../testing/web_server.ts";

/** The admin's name. */
export const ADMIN = "ada";
/** The password of every user. */
export const PASSWORD = "secret word";

const MiB = 1 << 20;
const FILES = [["harbour.mp4", 640 * MiB], ["Holiday 2026.zip", 96 * MiB]] as const;

/** A server in use. */
export interface OperatorScene extends AsyncDisposable {
  readonly server: WebServer;
}

/** Starts the server and its transfers. */
export async function operatorScene(): Promise<OperatorScene> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await webServer({ maxRate: 4 * MiB, anonymous: "read" }));
  using database: DatabaseSync = openAuthDatabase(server.state);
  await new Users(database).add(ADMIN, "admin", PASSWORD);
  await new Users(database).add("ana", "write", PASSWORD);
  const rules = new Rules(database);
  const quota = { effect: "quota", actions: [], path: "." } as const;
  rules.add({ ...quota, subject: "ana", bytes: 1024 * MiB });
  rules.add({ ...quota, subject: "*", path: "inbox", bytes: 64 * MiB });
  await Deno.mkdir(`${server.root}/inbox`);
  await Deno.writeFile(`${server.root}/inbox/report.pdf`, new Uint8Array(61 * MiB));
  const end = new AbortController();
  stack.defer(() => end.abort());
  for (const [name, bytes] of FILES) {
    await Deno.writeFile(`${server.root}/${name}`, new Uint8Array());
    await Deno.truncate(`${server.root}/${name}`, bytes);
    const login = { kind: "password", user: "ana", password: PASSWORD } as const;
    const remote = stack.use(await server.connect(name.endsWith("zip") ? {} : { login }));
    const reading = stack.use(await remote.files.read(name, undefined, { signal: end.signal }));
    const all = async () => {
      for await (const block of reading.blocks) block[Symbol.dispose]();
    };
    all().catch(() => {});
  }
  const owned = stack.move();
  return { server, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
