/**
 * A server in this process, on a folder of its own, for as long as it is in scope.
 *
 * @module
 */

import { SILENT } from "../lib/base/log.ts";
import { type ServerOptions, startServer } from "../lib/server/server.ts";
import { tempDir } from "./temp_dir.ts";

/** A server that runs. */
export interface Served extends AsyncDisposable {
  /** The first address it listens on. */
  readonly url: string;
  /** Its port. */
  readonly port: number;
  /** The served folder. */
  readonly root: string;
  /** The state folder. */
  readonly state: string;
  /** A folder for the client's own files. */
  readonly home: string;
}

/** Starts one: `await using server = await serve({ listen: ["fts://127.0.0.1:0"] })`. */
export async function serve(options: Partial<ServerOptions> = {}): Promise<Served> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const root = options.root ?? dir.join("root");
  const state = options.state ?? dir.join("state");
  const server = stack.use(
    await startServer({
      ...{ root, state, anonymous: "write", log: SILENT, listen: ["ft://127.0.0.1:0"] },
      ...options,
    }),
  );
  const url = server.addresses[0]!;
  const owned = stack.move();
  return {
    ...{ url, port: Number(url.split(":").at(-1)), root, state, home: dir.path },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
