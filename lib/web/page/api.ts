/**
 * The requests of the page to its server.
 *
 * @module
 */

import type { Entry } from "./entry.ts";
import { entryUrl, folderUrl, type Place } from "./place.ts";

/** A request that failed. */
export class ApiError extends Error {
  /**
   * Creates an error.
   *
   * @param status The status of the answer; 0 if there was none.
   * @param code The server's code, such as `not_found`, or `network`.
   */
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

/** The user of the page, and the user's rights in a folder. */
export interface Session {
  readonly user: string;
  readonly anonymous: boolean;
  /** Whether passwords are accepted on this connection. */
  readonly canLogIn: boolean;
  /** Whether the user may write to the folder. */
  readonly canWrite: boolean;
  /** Whether the user operates the server. */
  readonly admin: boolean;
  /** Whether the server keeps what is removed. */
  readonly keepsVersions: boolean;
}

/** A file that is gone, and of which a version is kept. */
export interface DeletedFile {
  /** Its path. */
  readonly name: string;
  /** The number of its newest version. */
  readonly rev: number;
}

/** A request to share an entry. */
export interface ShareRequest {
  readonly path: string;
  readonly seconds?: number | undefined;
  readonly once?: boolean | undefined;
  readonly write?: boolean | undefined;
}

/** A share link. */
export interface SharedLink {
  readonly url: string;
  /** In ISO 8601; a link of what is public has none. */
  readonly expires?: string;
}

/** The part of the browser that sends requests. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** The server. Every method throws an `ApiError`. */
export class Api {
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** Lists a folder. */
  async list(place: Place, signal?: AbortSignal): Promise<readonly Entry[]> {
    const headers = { accept: "application/json" };
    const response = await this.send(folderUrl(place), { headers, signal: signal ?? null });
    return await response.json();
  }

  /** Returns the session, with the rights in a folder. */
  async session(place: Place): Promise<Session> {
    return await (await this.send(`/session?at=${encodeURIComponent(folderUrl(place))}`)).json();
  }

  /** Logs in with a password, which begins a session. */
  async logIn(user: string, password: string): Promise<void> {
    const headers = { accept: "application/json" };
    const body = new URLSearchParams({ user, password });
    await this.#act("/login", { method: "POST", headers, body });
  }

  /** Ends the session. */
  async logOut(): Promise<void> {
    await this.#act("/logout", { method: "POST", headers: { accept: "application/json" } });
  }

  /** Creates a folder. */
  async createFolder(place: Place, name: string): Promise<void> {
    await this.#act(entryUrl(place, { name, type: "dir" }), { method: "MKCOL" });
  }

  /** Moves an entry to another folder or name, where nothing may be. */
  async move(place: Place, entry: Entry, to: Place, name: string): Promise<void> {
    const destination = entryUrl(to, { ...entry, name });
    const headers = { destination, overwrite: "F" };
    await this.#act(entryUrl(place, entry), { method: "MOVE", headers });
  }

  /** Removes an entry, a folder with everything below it. */
  async remove(place: Place, entry: Entry): Promise<void> {
    await this.#act(entryUrl(place, entry), { method: "DELETE" });
  }

  /** Lists the files that are gone from a folder and those below it. */
  async deletedBelow(path: string): Promise<readonly DeletedFile[]> {
    const query = new URLSearchParams({ deleted: path, recursive: "true" });
    return await (await this.send(`/versions?${query}`)).json();
  }

  /** Restores a version of a file. @param rev Its number. @default the newest */
  async restore(path: string, rev?: number): Promise<void> {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ path, rev });
    await this.#act("/versions", { method: "POST", headers, body });
  }

  /** Makes a share link. */
  async share(request: ShareRequest): Promise<SharedLink> {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(request);
    return await (await this.send("/shares", { method: "POST", headers, body })).json();
  }

  /** Reads the beginning of a file as text. @returns The text, and whether there is more. */
  async text(url: string, maxBytes: number): Promise<readonly [text: string, more: boolean]> {
    const response = await this.send(url, { headers: { range: `bytes=0-${maxBytes - 1}` } });
    const total = Number(response.headers.get("content-range")?.split("/")[1] ?? 0);
    return [await response.text(), total > maxBytes];
  }

  async #act(url: string, init: RequestInit): Promise<void> {
    await (await this.send(url, init)).body?.cancel();
  }

  /** Sends a request. @throws {ApiError} For an answer that is an error, and without one. */
  async send(url: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await this.#fetch(url, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ApiError(0, "network", "no answer");
    }
    if (response.ok) return response;
    throw await problemOf(response);
  }
}

/** Reads an error in the form of RFC 9457. */
async function problemOf(response: Response): Promise<ApiError> {
  const { status } = response;
  try {
    const { code, detail } = await response.json();
    return new ApiError(status, String(code), String(detail));
  } catch {
    return new ApiError(status, "internal", `HTTP ${status}`);
  }
}
