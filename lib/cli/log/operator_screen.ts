/**
 * The log of a server as its operator reads it on a terminal: a line for a transfer or a batch of
 * them, and for what needs attention. Log files and pipes have every event instead.
 *
 * @module
 */

import { formatBytes } from "../../base/format_bytes.ts";
import type { LogEvent, LogFields } from "../../base/log.ts";
import { textFields } from "../../base/log_text.ts";
import { clockTime } from "../format/times.ts";
import { type Line, paint } from "../terminal/output.ts";
import { TransferGroup } from "./transfer_group.ts";

/** Milliseconds without another transfer after which a batch has ended. */
const QUIET_MS = 1000;
/** Milliseconds after which the first part of a long batch is shown. */
const LONGEST_MS = 60_000;

/** Events, besides transfers, that are shown although they are no warnings. */
const NOTICES: Record<string, (fields: LogFields) => string> = {
  "root.created": ({ root }) => `created the folder ${root}`,
  "root.shared": ({ root }) => `other users can replace folders of ${root}`,
  "server.downloaded": () => "downloaded once, so the server stops",
  "server.reload": ({ changed }) => `settings reloaded: ${changed === "" ? "no change" : changed}`,
  "accept.recovered": () => "connections are accepted again",
};

/** A batch that may have more transfers. */
interface OpenGroup {
  readonly group: TransferGroup;
  readonly user: string;
  readonly host: string;
  timer: ReturnType<typeof setTimeout>;
}

/** Turns events into lines. Disposing it shows the batches that are still open. */
export class OperatorScreen implements Disposable {
  readonly #write: (...line: Line) => void;
  readonly #open = new Map<string, OpenGroup>();

  /** @param write Prints a line. */
  constructor(write: (...line: Line) => void) {
    this.#write = write;
  }

  /** Shows an event, if it is for the operator. */
  add(event: LogEvent): void {
    const { event: name, fields, level } = event;
    if (name === "connection.close") this.#endOf(hostOf(fields));
    else if (name === "transfer.end" && fields.result === "done") {
      this.#collect(event, String(fields.op));
    } else if (name === "file.removed") this.#collect(event, "rm");
    else if (name === "file.moved") this.#print(event, "mv", `${fields.name} -> ${fields.to}`);
    else if (name === "transfer.end") this.#print(event, ...failureText(fields));
    else if (level === "warning" || level === "error") this.#warn(event);
    else if (name in NOTICES) this.#write(clockTime(event.at), `  ${NOTICES[name]!(fields)}`);
  }

  #collect(event: LogEvent, op: string): void {
    const [user, host] = [userOf(event.fields), hostOf(event.fields)];
    const key = JSON.stringify([host, user, op]);
    const open = this.#open.get(key);
    if (open !== undefined) clearTimeout(open.timer);
    const group = open?.group ?? new TransferGroup(op);
    group.add(event);
    const leftMs = group.startedMs + LONGEST_MS - event.at.getTime();
    const timer = setTimeout(() => this.#end(key), Math.max(0, Math.min(QUIET_MS, leftMs)));
    this.#open.set(key, { group, user, host, timer });
  }

  #end(key: string): void {
    const { group, user, timer } = this.#open.get(key)!;
    clearTimeout(timer);
    this.#open.delete(key);
    this.#write([clockTime(group.endedAt), user, ...group.fields].join("  "));
  }

  #endOf(host: string): void {
    for (const [key, open] of this.#open) if (open.host === host) this.#end(key);
  }

  #print({ at, fields }: LogEvent, ...more: readonly string[]): void {
    this.#write([clockTime(at), userOf(fields), ...more].join("  "));
  }

  #warn({ at, level, event, fields }: LogEvent): void {
    const { message, user } = fields;
    const text = message === undefined ? `${event} ${textFields(fields)}` : String(message);
    const whose = user === undefined ? "" : `${user}  `;
    this.#write(clockTime(at), `  ${whose}`, paint(level === "error" ? "red" : "yellow", text));
  }

  [Symbol.dispose](): void {
    for (const key of [...this.#open.keys()]) this.#end(key);
  }
}

function userOf({ user, remote }: LogFields): string {
  return String(user ?? remote ?? "");
}

/** The host of a connection, whose other connections may carry parts of the same batch. */
function hostOf({ remote }: LogFields): string {
  return String(remote ?? "").replace(/:\d+$/, "");
}

/** A transfer that did not end well: how far it came, and why it stopped. */
function failureText({ op, name, moved, seconds, message, result }: LogFields): string[] {
  const far = typeof moved === "number" ? `stopped after ${formatBytes(moved)}` : "failed";
  const time = typeof seconds === "number" ? ` in ${seconds.toFixed(1)} s` : "";
  return [String(op), String(name), `${far}${time}: ${message ?? result}`];
}
