/**
 * Starts the page: replaces the listing that needs no script, once it can show a better one.
 *
 * @module
 */

import { render } from "preact";
import { Api } from "./api.ts";
import { App } from "./app.tsx";
import { Browser } from "./browser.ts";
import { startLive } from "./events/start_live.ts";
import { parseFirstView } from "./first_view.ts";
import { parsePlace } from "./place.ts";
import { text } from "./text.ts";
import { startUploads } from "./upload/start_uploads.ts";

async function start(): Promise<void> {
  const here = () => parsePlace(new URL(location.href));
  const place = here();
  // The form of a login, and errors about files, need no script.
  if (place === null || !location.pathname.endsWith("/")) return;
  const api = new Api((url, init) => fetch(url, init));
  const browser = new Browser(api, place, {
    push: (url) => history.pushState(null, "", url),
    replace: (url) => history.replaceState(null, "", url),
    back: () => history.back(),
  });
  addEventListener("popstate", () => {
    const place = here();
    if (place !== null) void browser.show(place);
  });
  // The network is there again.
  addEventListener("online", () => {
    if (browser.state.error !== undefined) void browser.load();
  });
  const first = parseFirstView(document.getElementById("first-view")?.textContent);
  if (first === undefined) await browser.load();
  else browser.begin(first);
  document.documentElement.lang = text.language;
  document.body.replaceChildren();
  const parts = { browser, uploads: startUploads(browser), ...startLive(browser) };
  render(<App {...parts} />, document.body);
  performance.mark("usable");
}

await start();
