/**
 * Connects uploads with the browser: its requests, its worker and its memory.
 *
 * @module
 */

import type { Browser } from "../browser.ts";
import { parsePlace } from "../place.ts";
import { BrowserMemory } from "./browser_memory.ts";
import { Digests } from "./digests.ts";
import type { Item } from "./item.ts";
import { OtherPages } from "./other_pages.ts";
import { UploadQueue } from "./queue.ts";
import { Sender } from "./sender.ts";
import { sendRequest } from "./send_request.ts";
import { Tus } from "./tus.ts";
import { Uploads } from "./uploads.ts";

/** Starts the uploads of a page, with those of earlier visits. */
export function startUploads(browser: Browser): Uploads {
  const tus = new Tus(sendRequest);
  const memory = new BrowserMemory();
  const digests = new Digests(() => new Worker(workerUrl(), { type: "module" }));
  const parts = {
    ...{ tus, pieces: digests.pieces, wait },
    now: () => performance.now(),
    user: (item: Item, again: boolean) => userOf(browser, item, again),
  };
  const queue = new UploadQueue({
    memory,
    send: (item, file, report, signal) => new Sender(parts, item, file, report, signal).send(),
    discard: (item) => tus.discard(item, AbortSignal.timeout(10_000)),
    onDone: (item) => uploads.arrived(item),
  });
  const uploads = new Uploads(browser, queue);
  void restore(queue, memory);
  return uploads;
}

/** Continues the uploads of earlier visits, but not those of other pages that are open. */
async function restore(queue: UploadQueue, memory: BrowserMemory): Promise<void> {
  const others = new OtherPages(new BroadcastChannel("uploads"), {
    ids: () => [...queue.items.all()].map(({ id }) => id),
    leave: (ids) => queue.leave(ids),
  });
  const remembered = await memory.all();
  if (remembered.length === 0) return;
  const taken = await others.uploads();
  queue.restore(remembered.filter(([{ id }]) => !taken.has(id)));
  others.tell();
}

function workerUrl(): string {
  return document.querySelector<HTMLMetaElement>("meta[name='digest-worker']")?.content ?? "";
}

/** Waits, but not longer than until the network is there again. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const timer = setTimeout(() => end(resolve), ms);
    const end = (settle: () => void) => {
      clearTimeout(timer);
      done.abort();
      settle();
    };
    addEventListener("online", () => end(resolve), { signal: done.signal });
    signal.addEventListener("abort", () => end(() => reject(signal.reason)), {
      signal: done.signal,
    });
  });
}

async function userOf(browser: Browser, { base }: Item, again: boolean): Promise<string> {
  const { place, session } = browser.state;
  if (!again && session !== undefined && place.base === base) return session.user;
  const at = parsePlace(new URL(base, location.href)) ?? place;
  const now = await browser.api.session(at);
  if (place.base === base && session !== undefined) {
    browser.change({
      do: "session",
      session: { ...session, user: now.user, anonymous: now.anonymous },
    });
  }
  return now.user;
}
