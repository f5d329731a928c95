/**
 * Opens the webhooks of `--on`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { MAX_WEBHOOKS } from "../../../base/limits.ts";
import type { Logger } from "../../../base/log.ts";
import type { ChatOperator } from "../../../chat/seat.ts";
import type { UserEventObserver } from "../../../server/user_event.ts";
import type { ServerContext } from "../server_context.ts";
import { createStateDir } from "../state_dir.ts";
import { tlsFiles } from "./serve_options.ts";

/** The sources of events that a server has. */
export interface WebhookSources {
  readonly observers: readonly UserEventObserver[];
  /** Watches the chat, once the server runs. */
  watch(chat: ChatOperator): void;
}

const NONE: WebhookSources = { observers: [], watch: () => {} };

/**
 * Opens the webhooks, which end with the command.
 *
 * @throws `usage` for an invalid `--on`; what opening the identity throws.
 */
export async function openWebhooks(
  { values, readEnv, owned }: ServerContext,
  log: Logger,
): Promise<WebhookSources> {
  if (values.on.length === 0) return NONE;
  if (values.on.length > MAX_WEBHOOKS) {
    throw new FtError("usage", `--on: more than ${MAX_WEBHOOKS} webhooks`);
  }
  const { parseWebhook } = await import("../../../webhooks/webhook.ts");
  const hooks = values.on.map(parseWebhook);
  const { Webhooks } = await import("../../../server/webhooks.ts");
  const { openLoggedIdentity } = await import("../../../server/served_identity.ts");
  const state = await createStateDir(values.state, readEnv);
  const identity = await openLoggedIdentity({ state, log }, tlsFiles(values));
  const webhooks = owned.use(new Webhooks(hooks, identity, log));
  return {
    observers: [(event) => webhooks.observe(event)],
    // The server at which it was sent posts it.
    watch: (chat) =>
      owned.use(chat.watch((message, elsewhere) => {
        if (!elsewhere) webhooks.said(message);
      })),
  };
}
