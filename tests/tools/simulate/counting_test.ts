import { assertEquals, assertThrows } from "@std/assert";
import { busKind, busRequests } from "../../../testing/network/bus_requests.ts";
import { ProtocolLines } from "../../../testing/network/protocol_lines.ts";
import { storeKind, storeRequests } from "../../../testing/network/store_requests.ts";

const PURE = { permissions: "none" } as const;
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("storeKind distinguishes the requests of S3", PURE, () => {
  const kinds: [head: string[], kind: string][] = [
    [["GET /b/k HTTP/1.1"], "GET"],
    [["HEAD /b/k HTTP/1.1"], "HEAD"],
    [["GET /b?list-type=2&prefix=a HTTP/1.1"], "LIST"],
    [["GET /b?list-type=2&max-keys=1 HTTP/1.1"], "LOOK"],
    [["PUT /b/k HTTP/1.1"], "PUT"],
    [["PUT /b/k HTTP/1.1", "x-amz-copy-source: /b/o"], "COPY"],
    [["POST /b/k?uploads HTTP/1.1"], "CREATE"],
    [["PUT /b/k?partNumber=1&uploadId=x HTTP/1.1"], "PART"],
    [["POST /b/k?uploadId=x HTTP/1.1"], "COMPLETE"],
    [["DELETE /b/k HTTP/1.1"], "DELETE"],
    [["POST /b?delete HTTP/1.1"], "DELETE"],
  ];
  for (const [head, kind] of kinds) assertEquals(storeKind(head), kind, head.join());
});

Deno.test("busKind distinguishes what is sent to NATS", PURE, () => {
  const kinds = {
    "$KV.ftserver_users.a": "WRITE",
    "$KV.ftserver_seats.server.x": "BEAT",
    "$KV.ftserver_seats.seat.x": "WRITE",
    "$JS.API.DIRECT.GET.KV_ftserver_leases.x": "READ",
    "$JS.API.STREAM.INFO.x": "API",
    "$JS.API.CONSUMER.MSG.NEXT.x.y": "FLOW",
    "ftserver.chat": "MESSAGE",
    "ftserver.chat_shouts": "SHOUT",
    "ftserver.files": "SHOUT",
  };
  for (const [subject, kind] of Object.entries(kinds)) {
    assertEquals(busKind(subject), kind, subject);
  }
});

Deno.test(
  "requests are counted however their bytes are split, and content is skipped",
  PURE,
  () => {
    const store =
      "PUT /b/k HTTP/1.1\r\nContent-Length: 9\r\n\r\nGET /\r\n\r\nHEAD /b/k HTTP/1.1\r\n\r\n";
    const bus =
      "CONNECT {}\r\nPUB $KV.a.b _R 7\r\nPUB x 1\r\nPING\r\nHPUB ftserver.chat _R 2 4\r\nabcd\r\n";
    for (const size of [1, 2, 7, 1000]) {
      const counted: string[] = [];
      const readers = [[storeRequests, store], [busRequests, bus]] as const;
      for (const [readerOf, text] of readers) {
        const reader = readerOf((kind) => counted.push(kind));
        for (let at = 0; at < text.length; at += size) {
          reader.read(
            bytes(text.slice(at, at + size)),
          );
        }
      }
      assertEquals(counted, ["PUT", "HEAD", "WRITE", "MESSAGE"], `${size} bytes at once`);
    }
  },
);

Deno.test("ProtocolLines refuses what has no lines", PURE, () => {
  const reader = new ProtocolLines(() => 0);
  assertThrows(
    () => {
      for (let i = 0; i < 20; i++) reader.read(new Uint8Array(8192).fill(0x61));
    },
    Error,
    "not a protocol of lines",
  );
});
