/**
 * Heads and bodies that arrive in pieces.
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { hasCode } from "../../../lib/base/errors.ts";
import { bodySource, RequestBody } from "../../../lib/web/http/request_body.ts";
import { HttpError } from "../../../lib/web/http/http_error.ts";
import { readHead } from "../../../lib/web/http/read_head.ts";
import { ByteReader } from "../../../lib/wire/byte_reader.ts";
import { splits, streamOf } from "../../../testing/bytes.ts";

const { signal } = new AbortController();

const SIZED = "\r\nPUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET";
const CHUNKED = "PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
  "4;a=b\r\nhell\r\n01\r\no\r\n0\r\nX: y\r\n\r\nGET";

/** Reads a request from pieces: its path, its body, and what follows. */
async function read(pieces: readonly Uint8Array[]): Promise<readonly string[]> {
  const reader = new ByteReader(streamOf(pieces));
  try {
    const head = await readHead(reader, signal);
    const body = new RequestBody(bodySource(reader, head.body), undefined, {
      ...{ begin: () => Promise.resolve(), signal },
      ...{ waiting() {}, arrived() {} },
    });
    const bytes = await body.bytes(100);
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return [head.path, text(bytes), text(await reader.peek(100))];
  } finally {
    await reader.cancel();
  }
}

Deno.test({
  name: "readHead and RequestBody read the same however the bytes are split",
  permissions: "none",
  async fn() {
    for (const request of [SIZED, CHUNKED]) {
      const bytes = new TextEncoder().encode(request);
      for (const pieces of splits(bytes)) {
        assertEquals(await read(pieces), ["/a", "hello", "GET"], request);
      }
    }
  },
});

Deno.test({
  name: "a request that ends early is an error, wherever it is cut",
  permissions: "none",
  async fn() {
    for (const request of [SIZED, CHUNKED]) {
      const bytes = new TextEncoder().encode(request);
      for (let end = 1; end < bytes.length - 3; end++) {
        const error = await read([bytes.subarray(0, end)]).catch((error) => error);
        assertEquals(hasCode(error, "protocol") || hasCode(error, "network"), true, `${end}`);
      }
    }
  },
});

Deno.test({
  name: "readHead answers any bytes with a head or a refusal",
  permissions: "none",
  async fn() {
    const piece = fc.constantFrom(
      ...[
        "GET",
        "PUT",
        " ",
        "/",
        "/a",
        "HTTP/1.1",
        "HTTP/1.0",
        "\r\n",
        "\n",
        "\r",
        ":",
        "Host",
        "h",
      ],
      ...[
        "Content-Length",
        "Transfer-Encoding",
        "chunked",
        "3",
        "\0",
        "\xff",
        "x".repeat(50),
        "\t",
      ],
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
    await fc.assert(
      fc.asyncProperty(text, async (text) => {
        const bytes = Uint8Array.from(`${text}\r\n\r\n`, (c) => c.charCodeAt(0));
        const reader = new ByteReader(streamOf([bytes]));
        const result = await readHead(reader, signal).catch((error) => error);
        await reader.cancel();
        if (result instanceof Error && !(result instanceof HttpError)) throw result;
      }),
      { numRuns: 300 },
    );
  },
});
