/**
 * The process of {@linkcode startMemoryBucket}. Its argument is how long a part takes.
 *
 * @module
 */

import { MemoryBucket } from "./memory_bucket.ts";

const bucket = new MemoryBucket(Number(Deno.args[0] ?? 0));
Deno.serve({
  ...{ hostname: "127.0.0.1", port: 0 },
  onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
}, (request) => bucket.answer(request));
