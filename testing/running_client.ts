/**
 * A program that runs, and what it says meanwhile.
 *
 * @module
 */

import { sendSignal } from "./send_signal.ts";
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
  /** Waits until stderr has a match. @throws {Error} When the client ends without. */
  said(pattern: RegExp): Promise<string>;
  /** Waits until stdout has a match. @throws {Error} When the client ends without. */
  printed(pattern: RegExp): Promise<string>;
  signal(signal: Deno.Signal): void;
  readonly finished: Promise<Finished>;
}

/** Follows a program that was started with all its streams piped. */
export function runningClient(
  child: Deno.ChildProcess,
  { stdin, deadlineMs = CLIENT_DEADLINE_MS }: ClientOptions = {},
): RunningClient {
  const started = performance.now();
  const timer = setTimeout(() => sendSignal(child, "SIGKILL"), deadlineMs);
  const [stdout, stderr] = [new Said(child.stdout), new Said(child.stderr)];
  const finished = (async () => {
    if (stdin !== undefined) await feed(child.stdin, stdin);
    const [{ code }] = await Promise.all([child.status, stdout.ended, stderr.ended]);
    clearTimeout(timer);
    const seconds = (performance.now() - started) / 1000;
    return { code, stdout: stdout.text, stderr: stderr.text, seconds };
  })();
  const waitFor = async (stream: Said, pattern: RegExp) => {
    const found = await stream.find(pattern);
    if (found !== null) return found;
    throw new Error(`ftclient ended without ${pattern}: ${stdout.text}${stderr.text}`);
  };
  return {
    pid: child.pid,
    finished,
    signal: (signal) => sendSignal(child, signal),
    said: (pattern) => waitFor(stderr, pattern),
    printed: (pattern) => waitFor(stdout, pattern),
  };
}

/** What came on a stream so far. */
class Said {
  text = "";
  readonly ended: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #over = false;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.ended = this.#follow(stream);
  }

  async #follow(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.text += text;
      this.#wake();
    }
    this.#over = true;
    this.#wake();
  }

  #wake(): void {
    this.#waiting.forEach((look) => look());
  }

  /** The first match, once it is there; `null` when the stream ends without. */
  find(pattern: RegExp): Promise<string | null> {
    return new Promise((resolve) => {
      const look = () => {
        const match = pattern.exec(this.text);
        if (match === null && !this.#over) return;
        this.#waiting.delete(look);
        resolve(match && match[0]);
      };
      this.#waiting.add(look);
      look();
    });
  }
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
