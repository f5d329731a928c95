/**
 * Measures what operations cost a real server, over a real store and a real bus.
 *
 * @module
 */

import type { Remote } from "../../lib/client/remote/remote.ts";
import { Leases } from "../../lib/storage/leases.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import type { CountedCluster } from "../../testing/cluster/counted_cluster.ts";
import { leaseHolder } from "../../testing/files/lease_holder.ts";
import { type CommandName, FOLDER_FILES } from "./commands.ts";
import type { Measured } from "./measured.ts";
import { connect, get, list, lock, logIn, putLarge, putSmall } from "./operations.ts";
import { perRun, type ProcessorMs, processorMs, residentBytes } from "./process_costs.ts";

/** Sessions and seats that are opened to see what one of them needs. */
const OPENED = 200;
/** Seats that a message is delivered to. */
const LISTENERS = 100;

/** The processor time of operations, and the memory of what is open. */
export type MeasuredCosts = Pick<Measured, "processor" | "deliveryMs" | "memory">;

/** Measures all costs. It needs a few minutes. */
export async function measureCosts({ system }: CountedCluster): Promise<MeasuredCosts> {
  const { url, pid } = system;
  const memory = await measureOpened(system);
  await using remote = await connect(url);
  const cost = async (runs: number, operation: () => Promise<unknown>) => {
    for (let i = 0; i < Math.ceil(runs / 3); i++) await operation();
    const before = processorMs(pid);
    for (let i = 0; i < runs; i++) await operation();
    const each = perRun(before, processorMs(pid), runs);
    console.log(operation.toString(), JSON.stringify(each));
    return each;
  };
  const small = await putSmall(remote);
  const large = await putLarge(remote);
  await remote.files.mkdir("folder");
  await putSmall(remote, FOLDER_FILES, "folder/");
  const say = () => remote.chat.say("hello");
  const processor: Record<CommandName, ProcessorMs> = {
    login: await cost(6, () => logIn(url)),
    putSmall: await cost(30, () => putSmall(remote)),
    getSmall: await cost(50, () => get(remote, small)),
    putLarge: await cost(2, () => putLarge(remote)),
    getLarge: await cost(3, () => get(remote, large)),
    putFolder: await cost(2, () => putSmall(remote, FOLDER_FILES)),
    list: await cost(15, () => list(remote, "folder", true)),
    listLong: await cost(15, () => list(remote, "folder", false)),
    say: await cost(30, say),
    lock: await cost(30, () => lock(remote, small)),
  };
  await using _listeners = await seats(url, LISTENERS);
  // A user may say 100 messages in a burst.
  const withListeners = await cost(30, say);
  const deliveryMs = Math.max(0, (withListeners.thread - processor.say.thread) / LISTENERS);
  return { processor, deliveryMs, memory };
}

async function measureOpened(
  { url, pid }: CountedCluster["system"],
): Promise<MeasuredCosts["memory"]> {
  {
    await using _first = await sessions(url, 50);
  }
  const server = residentBytes(pid);
  const grown = async (open: () => Promise<AsyncDisposable>) => {
    const before = residentBytes(pid);
    await using _open = await open();
    return Math.max(0, Math.round((residentBytes(pid) - before) / OPENED));
  };
  // What sessions leave is used again, so both are compared with a server that had none.
  const session = await grown(() => sessions(url, OPENED));
  const seat = await grown(() => seats(url, OPENED));
  const lease = leaseBytes();
  return { server, session, seat, lease };
}

/** Bytes of memory of a lease: too few to be seen in a process, so many are made here. */
function leaseBytes(): number {
  const count = 3000;
  const before = Deno.memoryUsage().heapUsed;
  const leases = new Leases({ maxLeases: count });
  for (let i = 0; i < count; i++) {
    leases.acquire(storePath(`folder/file${i}`), leaseHolder(`user${i}`), 60_000);
  }
  const grown = Deno.memoryUsage().heapUsed - before;
  return Math.round(grown / leases.held().length);
}

/** Opens sessions. */
async function sessions(url: string, count: number): Promise<AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  for (let i = 0; i < count; i++) stack.use(await connect(url));
  return stack;
}

/** Opens sessions with a seat in the chat each, which read what is said. */
async function seats(url: string, count: number): Promise<AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  for (let i = 0; i < count; i++) {
    const remote: Remote = stack.use(await connect(url));
    const seat = stack.use(await remote.chat.join({ name: `seat${i}` }));
    void Array.fromAsync(seat.messages).catch(() => []);
  }
  return stack;
}
