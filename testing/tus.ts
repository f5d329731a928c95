/**
 * Requests of resumable uploads (tus 1.0), one by one.
 *
 * @module
 */

const PART = { "content-type": "application/offset+octet-stream" };

/** Returns the header field with properties of an upload. */
export function metadata(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values)
    .map(([key, value]) => `${key} ${new TextEncoder().encode(value).toBase64()}`);
  return pairs.join(",");
}

/** Sends a request to a URL, and returns the answer without its body. */
export async function ask(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>> = {},
  body?: BodyInit,
): Promise<Response> {
  const response = await fetch(url, { method, headers, body });
  await response.body?.cancel();
  return response;
}

/** The uploads of a server. */
export class TusPeer {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param headers Fields of every request. */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#url = url;
    this.#headers = { "tus-resumable": "1.0.0", ...headers };
  }

  /** Asks for a new upload. @param facts Its metadata: the name, or several properties. */
  post(
    facts: string | Readonly<Record<string, string>>,
    bytes: number,
    more: Readonly<Record<string, string>> = {},
    body?: BodyInit,
  ): Promise<Response> {
    const values = typeof facts === "string" ? { filename: facts } : facts;
    const fields = { "upload-length": `${bytes}`, "upload-metadata": metadata(values) };
    const type = body === undefined ? {} : PART;
    return ask(
      `${this.#url}/uploads/`,
      "POST",
      { ...this.#headers, ...fields, ...type, ...more },
      body,
    );
  }

  /** Creates an upload. @returns Its path. @throws {Error} If that fails. */
  async create(
    facts: string | Readonly<Record<string, string>>,
    bytes: number,
  ): Promise<string> {
    const response = await this.post(facts, bytes);
    const location = response.headers.get("location");
    if (response.status !== 201 || location === null) throw new Error(`POST is ${response.status}`);
    return location;
  }

  /** Sends a part. */
  patch(
    location: string,
    offset: number,
    body: BodyInit,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const fields = { ...this.#headers, ...PART, "upload-offset": `${offset}`, ...more };
    return ask(this.#url + location, "PATCH", fields, body);
  }

  /** Asks how far an upload is. */
  head(location: string): Promise<Response> {
    return ask(this.#url + location, "HEAD", this.#headers);
  }

  /** Returns how far an upload is. @throws {Error} If there is none. */
  async offset(location: string): Promise<number> {
    const response = await this.head(location);
    const offset = response.headers.get("upload-offset");
    if (offset === null) throw new Error(`HEAD is ${response.status}`);
    return Number(offset);
  }

  /** Discards an upload. */
  async discard(location: string): Promise<number> {
    return (await ask(this.#url + location, "DELETE", this.#headers)).status;
  }
}
