/**
 * A client of resumable uploads, as a program: `tus_client.ts NAME`. It finds the server in
 * `FTCLIENT_HOST`, remembers the upload beside the file, and continues it the next time. Its exit codes
 * are those of `ftclient`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import http from "node:http";
import * as tus from "tus-js-client";

const [NAME = ""] = Deno.args;
const HOST = Deno.env.get("FTCLIENT_HOST") ?? "";
const RETRIES = Number(Deno.env.get("FTCLIENT_RETRIES") ?? 0);
const TIMEOUT_MS = Number(Deno.env.get("FTCLIENT_TIMEOUT") ?? 20) * 1000;
/** Has the path of the upload. */
const REMEMBERED = `.${NAME}.ft-part`;
/** Exit codes by status. Otherwise the connection was lost, or (409) another one has brought more. */
const CODES: Readonly<Record<number, number>> = { 412: 7, 422: 6, 460: 6, 507: 9 };
const LOST = 5;

function remembered(): string | undefined {
  try {
    return HOST + Deno.readTextFileSync(REMEMBERED);
  } catch {
    return undefined;
  }
}

let silent: ReturnType<typeof setTimeout> | undefined;

/** Gives up when nothing happens for a while. */
function watch(): void {
  clearTimeout(silent);
  silent = setTimeout(() => Deno.exit(LOST), TIMEOUT_MS);
}

const options: tus.UploadOptions = {
  endpoint: `${HOST}/uploads/`,
  uploadUrl: remembered(),
  metadata: { filename: NAME, existing: "overwrite" },
  retryDelays: Array.from({ length: RETRIES }, (_, i) => 100 * i),
  // A proxy injects faults into the first connection.
  httpStack: new tus.DefaultHttpStack({
    agent: new http.Agent({ keepAlive: true, maxSockets: 1 }),
  }),
  onUploadUrlAvailable: () =>
    Deno.writeTextFileSync(REMEMBERED, new URL(upload.url!, HOST).pathname),
  onProgress: watch,
  onAfterResponse: watch,
  onSuccess() {
    Deno.removeSync(REMEMBERED);
    Deno.exit(0);
  },
  onError(error) {
    const status = "originalResponse" in error ? error.originalResponse?.getStatus() ?? 0 : 0;
    console.error(`${error}`);
    Deno.exit(CODES[status] ?? LOST);
  },
};

watch();
const upload = new tus.Upload(Buffer.from(Deno.readFileSync(NAME)), options);
upload.start();
