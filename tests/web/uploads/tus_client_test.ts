/**
 * `tus-js-client`, the client of the authors of the protocol, against resumable uploads.
 */

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import * as tus from "tus-js-client";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { fileSha256, sampleBytes, sha256 } from "../../../testing/content.ts";
import { ServerProcess } from "../../../testing/programs/server_process.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { TusPeer } from "../../../testing/tus.ts";
import { webServer } from "../../../testing/web_server.ts";

const CONTENT = sampleBytes(6 * BLOCK_BYTES + 77);
const SUM = sha256(CONTENT);
/** The client leaves timers behind that slow its reports of progress down. */
const LEFT = { sanitizeOps: false, sanitizeResources: false };
const RETRIES = [0, 100, 200, 400, 800, 1600, 3200, 3200, 3200];

/** Uploads until the end. @returns The address of the file. */
async function upload(
  options: tus.UploadOptions,
  content: Uint8Array<ArrayBuffer> = CONTENT,
): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const onSuccess = ({ lastResponse }: tus.OnSuccessPayload) =>
    resolve(lastResponse.getHeader("content-location"));
  const all = { retryDelays: RETRIES, ...options, onSuccess, onError: reject };
  new tus.Upload(Buffer.from(content), all).start();
  return await promise;
}

/** Uploads until some bytes were sent, then aborts. @returns The URL of the upload. */
async function abortAt(bytes: number, options: tus.UploadOptions): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onProgress = (sent: number) => sent >= bytes && resolve();
  const all = {
    retryDelays: null,
    ...options,
    onProgress,
    onError: reject,
    onSuccess: () => resolve(),
  };
  const running = new tus.Upload(Buffer.from(CONTENT), all);
  running.start();
  await promise;
  await running.abort();
  return running.url!;
}

Deno.test(
  "tus-js-client uploads at once, in chunks, with the creation, and without a size",
  LEFT,
  async () => {
    await using server = await webServer();
    const endpoint = `${server.webUrl}/uploads/`;
    const kinds: Record<string, tus.UploadOptions> = {
      "at once": {},
      "in chunks": { chunkSize: 700_000 },
      "with creation": { uploadDataDuringCreation: true },
      "by POST": { overridePatchMethod: true, chunkSize: BLOCK_BYTES },
      "size later": { uploadLengthDeferred: true, chunkSize: 2 * BLOCK_BYTES },
    };
    for (const [filename, options] of Object.entries(kinds)) {
      const location = await upload({ endpoint, metadata: { filename, sha256: SUM }, ...options });
      assertEquals(location, `/files/${encodeURIComponent(filename)}`);
      assertEquals(await fileSha256(join(server.root, filename)), SUM, filename);
    }
    await upload({ endpoint, metadata: { filename: "empty" } }, new Uint8Array(0));
    assertEquals((await Deno.stat(join(server.root, "empty"))).size, 0);
  },
);

Deno.test(
  "resume-after-client-restart: tus-js-client resumes after aborts anywhere",
  LEFT,
  async () => {
    await using server = await webServer();
    let seed = 7;
    const random = (below: number) => (seed = seed * 48271 % 0x7fffffff) % below;
    for (let round = 0; round < 3; round++) {
      const filename = `${round}`;
      const chunkSize = round === 0 ? Infinity : 100_000 + random(2 * BLOCK_BYTES);
      const options = { chunkSize, metadata: { filename, sha256: SUM } };
      let uploadUrl: string | undefined;
      for (let aborts = 0, at = 0; aborts < 4; aborts++) {
        at += random(CONTENT.length / 4);
        uploadUrl = await abortAt(at, {
          ...options,
          uploadUrl,
          endpoint: `${server.webUrl}/uploads/`,
        });
      }
      await upload({ ...options, uploadUrl });
      assertEquals(await fileSha256(join(server.root, filename)), SUM);
    }
  },
);

Deno.test("two clients that continue the same upload at once both succeed", LEFT, async () => {
  await using server = await webServer();
  const peer = new TusPeer(server.webUrl);
  const location = await peer.create({ filename: "a", sha256: SUM }, CONTENT.length);
  const uploadUrl = server.webUrl + location;
  const clients = [300_000, 400_000].map((chunkSize) => upload({ uploadUrl, chunkSize }));
  await Promise.all(clients);
  assertEquals(await fileSha256(join(server.root, "a")), SUM);
  assertEquals(server.logged("result").filter(([event]) => event === "transfer.end").at(-1), [
    ...["transfer.end", "done"],
  ]);
});

Deno.test(
  "resume-after-server-restart: tus-js-client resumes although the server is killed again and again",
  LEFT,
  async () => {
    await using dir = await tempDir();
    const [root, state] = [dir.join("root"), dir.join("state")];
    const start = (web: string) => ServerProcess.start({ root, state, args: ["--web", web] });
    const first = await start("http://127.0.0.1:0");
    const url = first.webUrl!;
    const chunkSize = BLOCK_BYTES + 12_345;
    let server = first;
    let accepted = 0;
    let restarting: Promise<void> | undefined;
    let kills = 0;
    const restart = async () => {
      await server.kill();
      server = await start(url);
      restarting = undefined;
    };
    const onChunkComplete = (_: number, offset: number) => {
      assert(offset >= accepted, `${offset} is less than ${accepted}, which was acknowledged`);
      accepted = offset;
    };
    const onProgress = (sent: number) => {
      if (sent < (kills + 1) * 2 * BLOCK_BYTES || restarting !== undefined || kills === 3) return;
      kills++;
      restarting = restart();
    };
    const offsets: number[] = [];
    const onAfterResponse = (request: tus.HttpRequest, response: tus.HttpResponse) => {
      if (request.getMethod() !== "HEAD") return;
      offsets.push(Number(response.getHeader("upload-offset")) - accepted);
    };
    try {
      const metadata = { filename: "a", sha256: SUM };
      const events = { onChunkComplete, onProgress, onAfterResponse };
      await upload({ endpoint: `${url}/uploads/`, chunkSize, metadata, ...events });
      assertEquals(kills, 3);
      assertEquals(await fileSha256(join(root, "a")), SUM);
      assertEquals(offsets.filter((more) => more < 0), [], "what was acknowledged is kept");
    } finally {
      await restarting;
      await server[Symbol.asyncDispose]();
    }
  },
);
