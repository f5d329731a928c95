/**
 * Webhooks: which events go to which URL, and the body that is posted.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { isoTime } from "../base/iso_time.ts";

/** The kinds of events. */
export const WEBHOOK_EVENTS = ["upload", "remove", "message"] as const;

/** A kind of event. */
export type WebhookEvent = typeof WEBHOOK_EVENTS[number];

/** A URL to which events of one kind are posted. */
export interface Webhook {
  readonly event: WebhookEvent;
  /** An `http:` or `https:` URL. */
  readonly url: string;
}

/** An event, before it gets its identity. */
export interface WebhookFacts {
  readonly event: WebhookEvent;
  /** When it happened, in milliseconds since 1970. */
  readonly atMs: number;
  /** The user; in a message, the name in the chat. */
  readonly user: string;
  /** The file or folder. */
  readonly name?: string | undefined;
  readonly bytes?: number | undefined;
  readonly root?: string | undefined;
  /** The text of a message. */
  readonly text?: string | undefined;
}

/**
 * Parses `EVENT URL`.
 *
 * @throws `usage` for another kind of event, or a URL that is not one of HTTP.
 */
export function parseWebhook(text: string): Webhook {
  const [event = "", url = "", ...more] = text.split(" ");
  const known = WEBHOOK_EVENTS.find((name) => name === event);
  if (known === undefined) {
    const expected = WEBHOOK_EVENTS.join(", ");
    throw new FtError("usage", `--on: expected an event (${expected}), got "${event}"`);
  }
  const parsed = more.length === 0 ? URL.parse(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new FtError("usage", `--on ${event}: expected a URL such as https://host/path`);
  }
  return { event: known, url: parsed.href };
}

/** Returns the body of an event. @param server The fingerprint of the server. */
export function bodyOf({ atMs, ...facts }: WebhookFacts, server: string): string {
  return JSON.stringify({ id: crypto.randomUUID(), at: isoTime(atMs), server, ...facts });
}
