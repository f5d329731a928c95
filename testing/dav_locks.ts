/**
 * Locks of WebDAV in tests.
 *
 * @module
 */

import { davRequest } from "./dav.ts";
import type { WebServer } from "./web_server.ts";

/** Options of a lock. */
export interface LockWish {
  readonly shared?: boolean;
  readonly depth?: "0" | "infinity";
  readonly timeout?: string;
  /** XML inside the owner. @default there is no owner */
  readonly owner?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer whose body was read. */
export interface DavAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A client of WebDAV, with the header fields of all its requests. */
export class DavClient {
  constructor(
    private readonly server: WebServer,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** Sends a request. @param tokens Tokens of locks that it submits. */
  async send(
    method: string,
    path: string,
    { headers = {}, body, tokens = [] }: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly tokens?: readonly string[];
    } = {},
  ): Promise<DavAnswer> {
    const list = tokens.map((token) => `(<${token}>)`).join("");
    const submitted: Record<string, string> = tokens.length === 0 ? {} : { if: list };
    const all = { ...this.headers, ...submitted, ...headers };
    const response = await davRequest(this.server, method, path, { headers: all, body });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** The status of a request. */
  async status(...request: Parameters<DavClient["send"]>): Promise<number> {
    return (await this.send(...request)).status;
  }

  /** Asks for a lock. */
  ask(path: string, wish: LockWish = {}): Promise<DavAnswer> {
    const { shared = false, depth, timeout, owner } = wish;
    const headers = { ...(depth && { depth }), ...(timeout && { timeout }), ...wish.headers };
    const said = owner === undefined ? "" : `<D:owner>${owner}</D:owner>`;
    const body = `<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:locktype><D:write/>` +
      `</D:locktype><D:lockscope><D:${shared ? "shared" : "exclusive"}/></D:lockscope>${said}` +
      "</D:lockinfo>";
    return this.send("LOCK", path, { headers, body });
  }

  /** Takes a lock. @returns Its token. */
  async lock(path: string, wish?: LockWish): Promise<string> {
    const { status, headers, text } = await this.ask(path, wish);
    if (status >= 300) throw new Error(`${status} ${text}`);
    return headers.get("lock-token")!.slice(1, -1);
  }

  /** Releases a lock. @returns The status. */
  unlock(path: string, token: string): Promise<number> {
    return this.status("UNLOCK", path, { headers: { "lock-token": `<${token}>` } });
  }
}
