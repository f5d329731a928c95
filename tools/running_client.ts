/**
 * A program that runs, and what it says meanwhile.
 *
 * @module
 */

import type { Finished, Program } from "./programs.ts";

/** Milliseconds a client may take. */
const CLIENT_DEADLINE_MS = 60_000;

/** How a client is started. */
export interface ClientOptions {
  /** What it reads from stdin; nothing when absent. */
  readonly stdin?: Uint8Array | string;
  readonly env?: Readonly<Record<string, string>>;
  /** How it is started. @default as its task in deno.json says */
  readonly program?: Program;
  /** Milliseconds until it is killed. @default {60_000} */
  readonly deadlineMs?: number;
}

/** A client that runs. */
export interface RunningClient {
  readonly pid: number;
  /** Waits until stderr has a match, or the client has ended. */
  said(pattern: RegExp): Promise<string>;
  signal(signal: Deno.Signal): void;
  readonly finished: Promise<Finished>;
}

/** Follows a program that was started with all its streams piped. */
export function runningClient(
  child: Deno.ChildProcess,
  { stdin, deadlineMs = CLIENT_DEADLINE_MS }: ClientOptions = {},
): RunningClient {
  const started = performance.now();
  const timer = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
  let stderr = "";
  const waiting = new Set<() => void>();
  const wake = () => waiting.forEach((look) => look());
  let ended = false;
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      stderr += text;
      wake();
    }
  })();
  const finished = (async () => {
    if (stdin !== undefined) await feed(child.stdin, stdin);
    const [status, stdout] = await Promise.all([
      child.status,
      new Response(child.stdout).text(),
      reading,
    ]);
    clearTimeout(timer);
    ended = true;
    wake();
    return { code: status.code, stdout, stderr, seconds: (performance.now() - started) / 1000 };
  })();
  return {
    pid: child.pid,
    finished,
    signal: (signal) => child.kill(signal),
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(stderr);
          if (match === null && !ended) return;
          waiting.delete(look);
          if (match !== null) resolve(match[0]);
          else reject(new Error(`ftclient ended without ${pattern}: ${stderr}`));
        };
        waiting.add(look);
        look();
      }),
  };
}

async function feed(stdin: WritableStream<Uint8Array>, content: Uint8Array | string) {
  const writer = stdin.getWriter();
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    await writer.write(bytes);
    await writer.close();
  } catch {
    // It ended without reading all, and its exit code says why.
  }
}
