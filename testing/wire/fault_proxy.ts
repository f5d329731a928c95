/**
 * A wire between client and server that fails on purpose: cut, frozen, slow, or with flipped bits,
 * at a chosen byte of either direction of a chosen connection.
 *
 * @module
 */

/**
 * Finds a place in what passes: the offset, or `null` as long as it has not come. It sees every
 * piece of the direction, and the offset of its first byte.
 */
export type Find = (piece: Uint8Array, at: number) => number | null;

/** What happens to one direction of one connection; offsets count its bytes from 0. */
export interface Faults {
  /** Both directions end here, without another byte; what was passed on can still be read. */
  readonly cutAt?: number | Find;
  /** Nothing passes from here on, in either direction, until {@linkcode FaultProxy.thaw}. */
  readonly freezeAt?: number | Find;
  /** The other direction goes on. */
  readonly oneWay?: true;
  /** The lowest bit of these bytes is another. */
  readonly flipAt?: readonly number[];
  /** One bit is another, where it is found. */
  readonly flip?: {
    readonly find: Find;
    /** 0 is the lowest. */
    readonly bit: number;
  };
  /** Every run of these bytes loses the lowest bit of its first byte. */
  readonly flipRunsOf?: Uint8Array;
  /** Sees every piece, and the offset of its first byte. */
  readonly look?: (piece: Uint8Array, at: number) => void;
  /** Passes on pieces of this many bytes at most. */
  readonly dribbleBytes?: number;
  /** Milliseconds between two pieces. */
  readonly delayMs?: number;
}

/** What happens to a connection; `up` is from client to server. */
export interface ConnectionFaults {
  readonly up?: Faults;
  readonly down?: Faults;
}

/** Bytes that passed. */
interface Passed {
  up: number;
  down: number;
}

/** The state of both directions of a connection. */
interface Wire {
  frozen: boolean;
  cut: boolean;
}

/** A proxy on a free port of the loopback. Disposing it closes all. */
export class FaultProxy implements AsyncDisposable {
  /** Bytes that passed, a connection each, in the order they were made. */
  readonly passed: Passed[] = [];
  readonly #listener: Deno.TcpListener;
  readonly #target: Deno.ConnectOptions;
  readonly #faultsOf: (connection: number) => ConnectionFaults;
  readonly #sockets = new Set<Deno.TcpConn>();
  readonly #running = new Set<Promise<void>>();
  #thawed = Promise.withResolvers<void>();
  #happened = Promise.withResolvers<void>();

  /**
   * Starts one before a server.
   *
   * @param url The server's address.
   * @param faultsOf What happens to the connection of this number, from 0.
   */
  constructor(url: string, faultsOf: (connection: number) => ConnectionFaults = () => ({})) {
    const [, hostname, port] = /^fts?:\/\/([^:]+):(\d+)/.exec(url)!;
    this.#target = { hostname: hostname!, port: Number(port) };
    this.#faultsOf = faultsOf;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#start(this.#accept());
  }

  /** Its address. */
  get url(): string {
    return `ft://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`;
  }

  /** Resolves when the first cut, freeze or {@linkcode Faults.flip} has happened. */
  get happened(): Promise<void> {
    return this.#happened.promise;
  }

  /** What is frozen moves again, and nothing freezes any more. */
  thaw(): void {
    this.#thawed.resolve();
  }

  /** Cuts every connection there is. */
  cut(): void {
    for (const socket of this.#sockets) close(socket);
    this.#sockets.clear();
  }

  #start(work: Promise<void>): void {
    const done = work.catch(() => {}).finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      const faults = this.#faultsOf(this.passed.length);
      const passed: Passed = { up: 0, down: 0 };
      this.passed.push(passed);
      this.#sockets.add(client);
      this.#start(this.#connect(client, faults, passed));
    }
  }

  async #connect(client: Deno.TcpConn, faults: ConnectionFaults, passed: Passed): Promise<void> {
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect(this.#target) as Deno.TcpConn;
    } catch {
      return close(client);
    }
    this.#sockets.add(server);
    const ends = [client, server] as const;
    client.setNoDelay(true);
    server.setNoDelay(true);
    const wire: Wire = { frozen: false, cut: false };
    const count = (way: keyof Passed) => (bytes: number) => passed[way] += bytes;
    await Promise.all([
      this.#pass(client, server, faults.up ?? {}, wire, ends, count("up")),
      this.#pass(server, client, faults.down ?? {}, wire, ends, count("down")),
    ]);
    ends.forEach(close);
  }

  async #pass(
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    faults: Faults,
    wire: Wire,
    ends: readonly Deno.TcpConn[],
    count: (bytes: number) => void,
  ): Promise<void> {
    const buffer = new Uint8Array(faults.dribbleBytes ?? 65536);
    const [cutting, freezing] = [place(faults.cutAt), place(faults.freezeAt)];
    const flipping = place(faults.flip?.find);
    let at = 0;
    try {
      while (true) {
        const read = await from.read(buffer);
        if (read === null) return await to.closeWrite();
        if (wire.cut) continue;
        const flipAt = flipping(buffer.subarray(0, read), at) - at;
        if (flipAt >= 0 && flipAt < read) {
          buffer[flipAt]! ^= 1 << faults.flip!.bit;
          this.#happened.resolve();
        }
        const cutAt = cutting(buffer.subarray(0, read), at);
        const stop = Math.min(cutAt, freezing(buffer.subarray(0, read), at));
        const now = Math.min(read, Math.max(0, stop - at));
        for (const piece of [buffer.subarray(0, now), buffer.subarray(now, read)]) {
          if (piece.length === 0) continue;
          if (at >= stop && at >= cutAt) {
            wire.cut = true;
            this.#happened.resolve();
            await Promise.allSettled(ends.map((end) => end.closeWrite()));
            break;
          }
          if (at >= stop) {
            wire.frozen ||= !faults.oneWay;
            this.#happened.resolve();
          }
          if (at >= stop || wire.frozen) await this.#thawed.promise;
          faults.look?.(piece, at);
          flip(piece, at, faults);
          await writeAll(to, piece);
          count(piece.length);
          at += piece.length;
        }
        if (faults.delayMs !== undefined) await pause(faults.delayMs);
      }
    } catch {
      ends.forEach(close);
    }
  }

  /** Closes all and waits for it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#thawed.resolve();
    this.cut();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}

/** The offset as far as it is known: infinity until it has come. */
function place(where: number | Find = Infinity): (piece: Uint8Array, at: number) => number {
  let known = typeof where === "number" ? where : null;
  return (piece, at) => {
    if (typeof where !== "number") known ??= where(piece, at);
    return known ?? Infinity;
  };
}

function flip(piece: Uint8Array, at: number, { flipAt = [], flipRunsOf }: Faults): void {
  for (const offset of flipAt) {
    if (offset >= at && offset < at + piece.length) piece[offset - at]! ^= 1;
  }
  if (flipRunsOf === undefined) return;
  for (let i = piece.indexOf(flipRunsOf[0]!); i !== -1; i = piece.indexOf(flipRunsOf[0]!, i + 1)) {
    if (flipRunsOf.some((byte, n) => piece[i + n] !== byte)) continue;
    piece[i]! ^= 1;
    i += flipRunsOf.length;
  }
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

/** A wire's own delay, which is part of the fault and not of the test. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function close(socket: Deno.TcpConn): void {
  try {
    socket.close();
  } catch {
    // It is closed already.
  }
}
