/**
 * Sends messages and names to the server.
 *
 * @module
 */

import type { Api } from "../api.ts";
import type { SendChat } from "./outbox.ts";

/** Sends forms to the chat of a server. */
export function sendChat(api: Api): SendChat {
  return async (form) => {
    const init = { method: "POST", body: new URLSearchParams(form) };
    return await (await api.send("/chat", init)).json();
  };
}
