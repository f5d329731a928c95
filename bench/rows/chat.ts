/**
 * The chat: messages to a thousand seats, beside a saturated download and past a stopped reader, and
 * the memory of idle connections. The clients are in this process, whose work is in the figures.
 *
 * @module
 */

import type { RemoteSeat } from "../../lib/client/remote/remote_chat.ts";
import type { ServerProcess } from "../../testing/programs/server_process.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import type { Bench, Outcome, Row } from "../bench.ts";
import { BIG, freshServer } from "./get.ts";

/** How many seats, idle connections and messages: in full, and as few as show that the row works. */
const FULL = { seats: 1000, idle: 2000, messages: 200 };
const TINY = { seats: 20, idle: 20, messages: 5 };
/** Milliseconds between two messages, so that the rate limit of a seat does not count. */
const PAUSE_MS = 60;

/** Occurs once in each measured message, and nowhere else. */
const MARK = "~";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.ceil(sorted.length * share), sorted.length) - 1] ?? NaN;
}

function outcome(work: string, value: number, bar: number, unit: "ms" | "KiB" | "ratio"): Outcome {
  const shown = unit === "ratio" ? value.toFixed(2) : `${value.toFixed(1)} ${unit}`;
  return { work, ours: shown, rival: "-", value, bar, unit };
}

/** Starts a server that accepts enough connections from one host. */
function startServer(bench: Bench): Promise<ServerProcess> {
  const many = String(2 * FULL.idle);
  const args = ["--max-connections", many, "--max-connections-per-host", many];
  return freshServer(bench, "chat", { args });
}

function sizes(bench: Bench): typeof FULL {
  return bench.tiny ? TINY : FULL;
}

function connect(server: ServerProcess): Promise<Remote> {
  return openRemote(parseEndpoint(server.url), { timeoutMs: 60_000 });
}

/** Opens connections, a few at a time. */
async function connectMany(
  server: ServerProcess,
  count: number,
  stack: AsyncDisposableStack,
): Promise<Remote[]> {
  const remotes: Remote[] = [];
  while (remotes.length < count) {
    const next = Math.min(50, count - remotes.length);
    const made = await Promise.all(Array.from({ length: next }, () => connect(server)));
    for (const remote of made) remotes.push(stack.use(remote));
  }
  return remotes;
}

/** Counts the seats that have received the current message. */
class Audience {
  #heard = 0;
  #all = Promise.withResolvers<void>();
  #size = 0;

  /** Returns an audience of seats of our own client. */
  static ofSeats(seats: readonly RemoteSeat[]): Audience {
    const audience = new Audience();
    for (const seat of seats) void audience.#listen(seat);
    return audience;
  }

  /** Returns an audience of sockets that only look for {@linkcode MARK}, which takes little time. */
  static ofSockets(conns: readonly Deno.Conn[]): Audience {
    const audience = new Audience();
    for (const conn of conns) void audience.#watch(conn);
    return audience;
  }

  async #listen(seat: RemoteSeat): Promise<void> {
    this.#size++;
    try {
      for await (const { kind } of seat.messages) if (kind === "message") this.#hear();
    } catch {
      // The measurement has ended.
    }
  }

  async #watch(conn: Deno.Conn): Promise<void> {
    this.#size++;
    const buffer = new Uint8Array(4096);
    try {
      for (let count; (count = await conn.read(buffer)) !== null;) {
        for (let i = 0; i < count; i++) if (buffer[i] === MARK.charCodeAt(0)) this.#hear();
      }
    } catch {
      // The measurement has ended.
    }
  }

  #hear(): void {
    if (++this.#heard === this.#size) this.#all.resolve();
  }

  /** Returns the milliseconds until a message has arrived at the last seat. */
  async timeOf(speaker: Remote, text: string): Promise<number> {
    this.#heard = 0;
    this.#all = Promise.withResolvers();
    const started = performance.now();
    await Promise.all([speaker.chat.say(text), this.#all.promise]);
    return performance.now() - started;
  }

  /** Measures many messages. */
  async times(speaker: Remote, text: string, count: number): Promise<number[]> {
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      times.push(await this.timeOf(speaker, text));
      await sleep(PAUSE_MS);
    }
    return times;
  }
}

async function seatsOf(remotes: readonly Remote[]): Promise<RemoteSeat[]> {
  const seats: RemoteSeat[] = [];
  for (const [i, remote] of remotes.entries()) {
    seats.push(await remote.chat.join({ name: `seat${i}` }));
  }
  return seats;
}

async function broadcast(bench: Bench): Promise<Outcome> {
  const { seats, messages } = sizes(bench);
  bench.say(`  a broadcast to ${seats} seats`);
  await using server = await startServer(bench);
  await using stack = new AsyncDisposableStack();
  const conns: Deno.Conn[] = [];
  for (let i = 0; i < seats; i++) conns.push(stack.use(await rawSeat(server, `seat${i}`)));
  const audience = Audience.ofSockets(conns);
  const speaker = stack.use(await connect(server));
  while ((await speaker.chat.who()).length < seats) await sleep(10);
  await audience.times(speaker, `warm ${MARK}`, 5);
  const times = await audience.times(speaker, `a line such as people type ${MARK}`, messages);
  bench.say(`    median ${percentile(times, 0.5).toFixed(1)} ms`);
  return outcome(`broadcast to ${seats} seats, last one, p99`, percentile(times, 0.99), 100, "ms");
}

/** Reads the large file again and again. @returns The bytes read. */
async function saturate(remote: Remote, stop: AbortSignal): Promise<number> {
  let bytes = 0;
  while (!stop.aborted) {
    await using reading = await remote.files.read(BIG);
    for await (using block of reading.blocks) {
      bytes += block.bytes.length;
      if (stop.aborted) return bytes;
    }
  }
  return bytes;
}

async function besideDownload(bench: Bench): Promise<Outcome> {
  bench.say("  messages on a connection with a saturated download");
  await using server = await startServer(bench);
  await using stack = new AsyncDisposableStack();
  const [reader, speaker] = await connectMany(server, 2, stack);
  const audience = Audience.ofSeats(await seatsOf([reader!]));
  const stop = new AbortController();
  const started = performance.now();
  const reading = saturate(reader!, stop.signal);
  const times = await audience.times(speaker!, "a line beside the blocks", sizes(bench).messages);
  stop.abort();
  const seconds = (performance.now() - started) / 1000;
  const rate = await reading / seconds / 1024 ** 2;
  bench.say(`    median ${percentile(times, 0.5).toFixed(1)} ms, at ${rate.toFixed(0)} MiB/s`);
  return outcome("message beside a download, p99", percentile(times, 0.99), 50, "ms");
}

async function residentKiB(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(status.match(/^VmRSS:\s*(\d+) kB$/m)?.[1]);
}

async function idleMemory(bench: Bench): Promise<Outcome> {
  const { idle } = sizes(bench);
  bench.say(`  ${idle} idle connections`);
  await using server = await startServer(bench);
  await using stack = new AsyncDisposableStack();
  // Memory that the server needs once is not counted: code, pools, the initial growth of the heap.
  for (const remote of await connectMany(server, 100, stack)) await remote.chat.who();
  await sleep(500);
  const before = await residentKiB(server.pid);
  for (const remote of await connectMany(server, idle, stack)) await remote.chat.who();
  await sleep(2000);
  const each = (await residentKiB(server.pid) - before) / idle;
  return outcome(`memory of an idle connection, of ${idle}`, each, 64, "KiB");
}

/** Takes a seat without reading from the socket. */
async function rawSeat(server: ServerProcess, name: string): Promise<Deno.Conn> {
  const { hostname, port } = parseEndpoint(server.url);
  const conn = await Deno.connect({ hostname, port });
  const frame = (type: string, id: Uint8Array, value: unknown) => {
    const json = new TextEncoder().encode(JSON.stringify(value));
    const bytes = new Uint8Array(12 + id.length + json.length);
    new DataView(bytes.buffer).setUint32(4, id.length + json.length);
    bytes.set(new TextEncoder().encode(type), 8);
    bytes.set(id, 12);
    bytes.set(json, 12 + id.length);
    return bytes;
  };
  const hello = { versions: [1], software: "bench", features: [], digests: ["sha256"] };
  const none = new Uint8Array(0);
  await conn.write(frame("HELO", none, { ...hello, blockBytes: 1048576 }));
  await conn.write(frame("REQU", Uint8Array.of(0, 0, 0, 1), { op: "join", name }));
  return conn;
}

async function pastStoppedReader(bench: Bench): Promise<Outcome> {
  bench.say("  messages past a reader that stopped");
  await using server = await startServer(bench);
  await using stack = new AsyncDisposableStack();
  const [speaker, ...others] = await connectMany(server, 11, stack);
  const audience = Audience.ofSeats(await seatsOf(others));
  const text = "x".repeat(8000);
  const { messages } = sizes(bench);
  const alone = await audience.times(speaker!, text, messages);
  using _stopped = await rawSeat(server, "stopped");
  while (!(await speaker!.chat.who()).some(({ name }) => name === "stopped")) await sleep(10);
  const beside = await audience.times(speaker!, text, messages);
  const [before, after] = [percentile(alone, 0.5), percentile(beside, 0.5)];
  bench.say(`    ${before.toFixed(2)} ms without, ${after.toFixed(2)} ms beside it`);
  return outcome("messages past a stopped reader, against none", after / before, 1.25, "ratio");
}

/** The measurements of the chat. */
export const chat: Row = {
  name: "chat",
  async measure(bench: Bench): Promise<Outcome[]> {
    const outcomes = [
      await broadcast(bench),
      await besideDownload(bench),
      await pastStoppedReader(bench),
    ];
    return Deno.build.os === "linux" ? [...outcomes, await idleMemory(bench)] : outcomes;
  },
};
