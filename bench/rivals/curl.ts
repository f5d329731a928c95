/**
 * A download as careful users do it by hand: `curl`, then `openssl dgst -sha256`, because we verify
 * content.
 *
 * @module
 */

import { runSuccessfully } from "../../testing/programs/running_program.ts";

/** Downloads a file and computes its SHA-256. */
export async function getAndHash(url: string, target: string): Promise<void> {
  await runSuccessfully({ path: "curl", args: ["-sSf", "-o", target, url] }, []);
  await runSuccessfully({ path: "openssl", args: ["dgst", "-sha256", target] }, []);
}

/** Hashes a download while it arrives, and keeps nothing of it. */
export async function streamAndHash(url: string): Promise<void> {
  const script = 'set -o pipefail; curl -sSf "$1" | openssl dgst -sha256';
  await runSuccessfully({ path: "bash", args: ["-c", script, "bash", url] }, []);
}
