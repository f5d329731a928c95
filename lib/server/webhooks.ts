/**
 * Posts to webhooks what happens on a server. No transfer waits for a receiver.
 *
 * @module
 */

import type { Logger } from "../base/log.ts";
import { WEBHOOK_TIMEOUT_MS } from "../base/limits.ts";
import type { ChatMessage } from "../chat/seat.ts";
import { httpPost } from "../net/http_post.ts";
import type { TlsIdentity } from "../net/tls_identity.ts";
import { requestSigner } from "../webhooks/request_signature.ts";
import { bodyOf, type Webhook, type WebhookEvent, type WebhookFacts } from "../webhooks/webhook.ts";
import { WebhookQueue } from "../webhooks/webhook_queue.ts";
import type { UserEvent } from "./user_event.ts";

/** The webhooks of a server. Disposing it gives a short time to the events that wait. */
export class Webhooks implements AsyncDisposable {
  readonly #pin: string;
  readonly #queues: readonly { readonly event: WebhookEvent; readonly queue: WebhookQueue }[];

  /** @param identity Signs the requests. @throws `usage` for a key that cannot sign them. */
  constructor(hooks: readonly Webhook[], identity: Pick<TlsIdentity, "key" | "pin">, log: Logger) {
    const signer = requestSigner(identity.key, identity.pin);
    this.#pin = identity.pin;
    this.#queues = hooks.map(({ event, url }) => {
      const post = (body: string, signal: AbortSignal) =>
        httpPost({
          ...{ url, body, fields: signer.fields(url, body, Date.now()), signal },
          timeoutMs: WEBHOOK_TIMEOUT_MS,
        });
      // The path of a URL often is a secret.
      const about = log.with({ webhook: event, to: new URL(url).origin });
      return { event, queue: new WebhookQueue(post, about) };
    });
  }

  /** Posts an upload or a removal. */
  observe({ op, result, name, bytes, root, by: { user } }: UserEvent): void {
    // A restored version is content under a name again, as after an upload.
    const event = op === "put" || op === "restore" ? "upload" : op;
    if (result !== "done" || (event !== "upload" && event !== "remove")) return;
    this.#add({ event, atMs: Date.now(), user, name, bytes, root });
  }

  /** Posts a message for everyone; notices are not posted. */
  said({ kind, from, text, atMs }: ChatMessage): void {
    if (kind === "message") this.#add({ event: "message", atMs, user: from, text });
  }

  #add(facts: WebhookFacts): void {
    const wanted = this.#queues.filter(({ event }) => event === facts.event);
    if (wanted.length === 0) return;
    const body = bodyOf(facts, this.#pin);
    for (const { queue } of wanted) queue.add(body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#queues.map(({ queue }) => queue[Symbol.asyncDispose]()));
  }
}
