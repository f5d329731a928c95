/**
 * All rivals: each is started if it is installed.
 *
 * @module
 */

import { join } from "node:path";
import { Croc } from "./croc.ts";
import { HTTP_SERVERS, HttpServer } from "./http_server.ts";
import { Nginx } from "./nginx.ts";
import { ObjectStoreRival } from "./object_store.ts";
import { Rclone } from "./rclone.ts";
import { RsyncDaemon } from "./rsync.ts";
import { Sshd } from "./sshd.ts";

/** The rivals that were started; the others are not installed. */
export interface Rivals {
  readonly nginx?: Nginx;
  readonly sshd?: Sshd;
  readonly rsync?: RsyncDaemon;
  readonly rclone?: Rclone;
  readonly croc?: Croc;
  /** Each of {@linkcode HTTP_SERVERS}, in this order. */
  readonly http: readonly HttpRival[];
  /** Starts an object store for the first row that needs it; undefined if it is not installed. */
  readonly objectStore: () => Promise<ObjectStoreRival | undefined>;
  /** The names of the programs that are not installed. */
  readonly missing: readonly string[];
}

/** A server of files over HTTP, which accepts uploads. */
export interface HttpRival {
  readonly name: string;
  /** Undefined if it is not installed. */
  readonly server: HttpServer | undefined;
}

/**
 * Starts the rivals that are installed, and reports the others.
 *
 * @param root The folder they serve.
 * @param dir The folder of their own files.
 * @param stack Stops them.
 * @throws {Error} When one that is installed cannot be started.
 */
export async function startRivals(
  root: string,
  dir: string,
  stack: AsyncDisposableStack,
  say: (text: string) => void,
): Promise<Rivals> {
  const missing: string[] = [];
  const use = <T extends AsyncDisposable>(rival: T | string): T | undefined => {
    if (typeof rival !== "string") return stack.use(rival);
    say(`missing: ${rival} is not installed; its comparisons are skipped`);
    missing.push(rival);
    return undefined;
  };
  const http: HttpRival[] = [];
  for (const { name } of HTTP_SERVERS) {
    http.push({ name, server: use(await HttpServer.start(name, root, join(dir, name))) });
  }
  let objectStore: Promise<ObjectStoreRival | undefined> | undefined;
  return {
    objectStore: () => objectStore ??= ObjectStoreRival.start().then(use),
    nginx: use(await Nginx.start(root, join(dir, "nginx"))),
    sshd: use(await Sshd.start(join(dir, "sshd"))),
    rsync: use(await RsyncDaemon.start(root, join(dir, "rsync"))),
    rclone: use(await Rclone.start(root, join(dir, "rclone"))),
    croc: use(await Croc.start(join(dir, "croc"))),
    ...{ http, missing },
  };
}
