/**
 * The native dialect: hellos, then concurrent requests until the connection ends.
 *
 * @module
 */

import { RateLimit } from "../../base/rate_limit.ts";
import { TokenBucket } from "../../base/token_bucket.ts";
import { FtError } from "../../base/errors.ts";
import {
  MAX_BUFFERED_BYTES,
  MAX_REQUESTS_IN_FLIGHT,
  REQUEST_BURST,
  REQUESTS_PER_SECOND,
} from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { VERSION } from "../../base/version.ts";
import { Channel, type ChannelSide } from "../../native/channel.ts";
import type { Exchange } from "../../native/exchange.ts";
import type { FrameType } from "../../native/frame_types.ts";
import { VERSIONS } from "../../native/version_schemas.ts";
import { decodeJson, encodeJson, exchangeId, uint32s } from "../../native/messages.ts";
import {
  encodeFailure,
  type Hello,
  ourHello,
  RECEIPTS,
  type Request,
  requestSchema,
  requireCompatible,
  SHARES,
  UNSAFE_NAMES,
} from "../../native/schemas.ts";
import { encodeFrame } from "../../wire/frame.ts";
import type { Dialect, LaneClient, LaneOffer, Login, Session } from "../dialect.ts";
import { beginsWithFrame } from "../first_bytes.ts";
import { sendKeepalives } from "./keepalive.ts";
import type { ConnectionContext } from "./answer.ts";
import { ConnectionBudget } from "./connection_budget.ts";
import { ConnectionSeat } from "./connection_seat.ts";
import { requireLaneOp } from "./lanes.ts";
import { OpenUploads } from "./open_uploads.ts";
import { answer } from "./requests.ts";

/** The native dialect. */
export const native: Dialect = {
  name: "native",
  match: (prefix) => beginsWithFrame(prefix, ["HELO"]),
  refuse: (connection, error) =>
    connection.send(encodeFrame("FAIL", uint32s(0), encodeJson(encodeFailure(error)))),
  async serve(session) {
    const channel = new Channel(session.connection, session.reader, MAX_BUFFERED_BYTES);
    const { hello, first } = await greet(channel, session);
    session.established();
    using seat = new ConnectionSeat(session, (type, ...parts) => channel.sendFrame(type, ...parts));
    // Windows for content grow with what arrives in a round trip.
    if (channel.line.growing) channel.ping(channel.signal).catch(() => {});
    using _goodbye = sayGoodbye(channel, session.draining);
    const server = new NativeServer(channel, session, { seat, hello, first });
    const ended = await channel.run(server);
    await server.idle();
    server.disconnected(ended ?? new FtError("interrupted", "the client has disconnected"));
    if (ended !== null) throw ended;
  },
};

function offerLanes({ lanes }: Session, client: LaneClient): LaneOffer {
  if (lanes === undefined) throw new FtError("limit", "this server takes one connection");
  return lanes.offer(client);
}

/** Sends GBYE with the reason when the server drains. */
function sayGoodbye(channel: Channel, draining: AbortSignal): Disposable {
  const send = () => {
    const failure = encodeJson(encodeFailure(asFtError(draining.reason)));
    channel.sendFrame("GBYE", failure).catch(() => {});
  };
  if (draining.aborted) send();
  else draining.addEventListener("abort", send, { once: true });
  return { [Symbol.dispose]: () => draining.removeEventListener("abort", send) };
}

/** The hello of a client, and the client that a further connection belongs to. */
interface Greeting {
  readonly hello: Hello;
  readonly first: LaneClient | undefined;
}

/** Refusals of a hello that the client gets in a FAIL. */
const GREETING_REFUSALS: ReadonlySet<string> = new Set(["protocol", "not_allowed", "limit"]);

/**
 * Exchanges hellos.
 *
 * @throws `protocol` if they are not compatible, `not_allowed` or `limit` for a lane; the client gets a
 *   FAIL first.
 */
async function greet(channel: Channel, session: Session): Promise<Greeting> {
  try {
    const hello = await channel.readHello(session.signal);
    requireCompatible(hello, "client", "server");
    const first = hello.lane === undefined ? undefined : joined(session, hello.lane);
    const { connection } = session;
    const ours = ourHello(`ftserver/${VERSION}`, { maxRate: connection.rateLimit });
    const features = [...ours.features, SHARES, RECEIPTS, VERSIONS];
    await channel.sendHello({ ...ours, features, clockMs: Date.now() });
    // A further connection shares the limits of the first.
    if (first === undefined && hello.maxRate !== undefined) {
      connection.limitSending(new RateLimit(hello.maxRate));
    }
    return { hello, first };
  } catch (error) {
    if (error instanceof FtError && GREETING_REFUSALS.has(error.code)) {
      await channel.sendFailure(error);
    }
    throw error;
  }
}

function joined({ lanes }: Session, ticket: string): LaneClient {
  if (lanes === undefined) throw new FtError("not_allowed", "this server takes one connection");
  return lanes.join(ticket);
}

function takesContent({ op }: Request): boolean {
  return op === "stage" || op === "blocks" || op === "writeMany";
}

/** The server's side of one native connection. */
class NativeServer implements ChannelSide {
  readonly #channel: Channel;
  readonly #session: Session;
  readonly #context: ConnectionContext;
  readonly #identity: string | undefined;
  /** The client, if this is a further connection of it. */
  readonly #first: LaneClient | undefined;
  readonly #allowance = new TokenBucket({
    ...{ burst: REQUEST_BURST, perSecond: REQUESTS_PER_SECOND, what: "requests" },
  });
  #login: Promise<Login> | undefined;
  readonly #running = new Set<Promise<void>>();

  constructor(
    channel: Channel,
    session: Session,
    { seat, hello, first }: Greeting & { readonly seat: ConnectionSeat },
  ) {
    this.#channel = channel;
    this.#session = session;
    this.#first = first;
    const unsafeNames = hello.features.includes(UNSAFE_NAMES);
    const uploads = first?.uploads ?? new OpenUploads();
    const offer = () => offerLanes(session, { uploads, login: () => this.#currentLogin() });
    this.#context = { seat, budget: new ConnectionBudget(), unsafeNames, uploads, offer };
    this.#identity = hello.identity;
  }

  receive(type: FrameType, payload: Uint8Array<ArrayBuffer>): void {
    const id = exchangeId(payload);
    if (type === "STOP") {
      this.#channel.find(id)?.end(new FtError("interrupted", "stopped by the client"));
      return;
    }
    if (type === "PONG") return;
    if (type !== "REQU") throw new FtError("protocol", `unexpected ${type}`);
    const serving = this.#serve(this.#channel.open(id), payload.slice(4))
      .finally(() => this.#running.delete(serving));
    this.#running.add(serving);
  }

  /** Waits for running requests, which use the connection's files until they end. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  async #serve(exchange: Exchange, body: Uint8Array): Promise<void> {
    let op = "?";
    try {
      // A malformed or unknown request is refused without ending the connection.
      this.#allowance.take(performance.now());
      const request = decodeJson(requestSchema, body, "REQU");
      op = request.op;
      if (this.#first !== undefined) requireLaneOp(request);
      if (this.#isFull) {
        throw new FtError("limit", `more than ${MAX_REQUESTS_IN_FLIGHT} requests at once`);
      }
      this.#session.draining.throwIfAborted();
      using _work = this.#session.working();
      using _keepalives = takesContent(request)
        ? sendKeepalives(this.#channel, this.#session.connection)
        : undefined;
      const reply = await answer(request, exchange, await this.#loggedIn(request), this.#context);
      await exchange.finish("RPLY", encodeJson(reply));
    } catch (error) {
      await this.#refuse(exchange, op, asFtError(error));
    }
  }

  /** Stopped requests may take time to end, so they count too, against a higher limit. */
  get #isFull(): boolean {
    return this.#channel.activeExchanges > MAX_REQUESTS_IN_FLIGHT ||
      this.#running.size > 2 * MAX_REQUESTS_IN_FLIGHT;
  }

  /** Reports that the client has disconnected, which ends its transfers. */
  disconnected(reason: unknown): void {
    this.#login?.then((login) => login.disconnected?.(reason), () => {});
  }

  #currentLogin(): Promise<Login> {
    if (this.#first !== undefined) return this.#first.login();
    const identity = this.#identity;
    return this.#login ??= this.#session.login({ kind: "anonymous", identity });
  }

  #loggedIn(request: Request): Promise<Login> {
    if (request.op !== "login") return this.#currentLogin();
    const { user = "", password = "", token } = request;
    return this.#login = this.#session.login(
      token === undefined ? { kind: "password", user, password } : { kind: "token", token },
    );
  }

  async #refuse(exchange: Exchange, op: string, error: FtError): Promise<void> {
    if (exchange.signal.aborted) return;
    // The services log their refusals themselves; this adds the request for debugging.
    const level = error.code === "internal" ? "error" : "debug";
    this.#session.log[level]("request.failed", {
      op,
      code: error.code,
      message: error.message,
    });
    // If the client has disconnected, nobody waits for the answer.
    await exchange.finish("FAIL", encodeJson(encodeFailure(error))).catch(() => {});
  }
}
