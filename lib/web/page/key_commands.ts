/**
 * The keyboard on the page.
 *
 * @module
 */

import { useLayoutEffect } from "preact/hooks";
import type { Browser } from "./browser.ts";
import { goToChat } from "./chat/go_to_chat.ts";
import { downloadOf } from "./download.ts";
import { startDownload } from "./start_download.ts";
import { commandOf, type KeyCommand } from "./keys.ts";
import {
  allToggled,
  cleared,
  extended,
  moved,
  movedTo,
  type Selection,
  toggled,
} from "./selection.ts";
import { chosenEntries, type Dialog, visibleEntries } from "./state.ts";
import { text } from "./text.ts";
import { choose } from "./upload/choose.tsx";

/** Gives the commands of the keyboard as long as the page is shown. */
export function useKeys(browser: Browser): void {
  useLayoutEffect(() => {
    const end = new AbortController();
    const listen = (event: KeyboardEvent) => onKey(browser, event);
    document.addEventListener("keydown", listen, { signal: end.signal });
    return () => end.abort();
  }, [browser]);
}

function onKey(browser: Browser, event: KeyboardEvent): void {
  if (document.querySelector("dialog[open]") !== null) return;
  const { target } = event;
  const inField = target instanceof HTMLInputElement && target.type !== "checkbox";
  const command = commandOf(event);
  if (command === undefined) return;
  if (inField && command !== "clear" && command !== "down") return;
  const onButton = target instanceof HTMLButtonElement && command === "toggle";
  if (onButton) return;
  event.preventDefault();
  if (inField) target.blur();
  give(browser, command);
}

function give(browser: Browser, command: KeyCommand): void {
  const { state } = browser;
  const { selection } = state;
  const order = visibleEntries(state).map(({ name }) => name);
  const select = (selection: Selection) => browser.change({ do: "select", selection });
  const ask = (dialog: Dialog) => browser.change({ do: "ask", dialog });
  const chosen = chosenEntries(state);
  const [only] = chosen.length === 1 ? chosen : [];
  const step = (by: number) => select(moved(selection, order, by));
  const extend = (by: number) => {
    const { cursor } = moved(selection, order, by);
    if (cursor !== undefined) select(extended(selection, order, cursor));
  };
  const commands: Readonly<Record<KeyCommand, () => void>> = {
    down: () => step(1),
    up: () => step(-1),
    first: () => select(movedTo(selection, order, 0)),
    last: () => select(movedTo(selection, order, Infinity)),
    "extend down": () => extend(1),
    "extend up": () => extend(-1),
    toggle: () => selection.cursor !== undefined && select(toggled(selection, selection.cursor)),
    all: () => select(allToggled(selection, order)),
    parent: () => void browser.openParent(),
    filter: () => document.querySelector<HTMLElement>(".filter")?.focus(),
    rename: () => only && ask({ kind: "rename", entry: only }),
    remove: () => chosen.length > 0 && ask({ kind: "remove", entries: chosen }),
    folder: () => ask({ kind: "folder" }),
    upload: () => choose("files"),
    download: () => chosen.length > 0 && startDownload(downloadOf(state.place, chosen, text.root)),
    chat: goToChat,
    clear: () => clear(browser),
    undo: () => void browser.undo(),
    versions: () =>
      only?.type === "file" && browser.keepsRemoved && ask({ kind: "versions", entry: only }),
    keys: () => ask({ kind: "keys" }),
  };
  commands[command]();
}

/** Clears one thing after the other. */
function clear(browser: Browser): void {
  const { moving, filter, selection } = browser.state;
  if (moving !== undefined) browser.change({ do: "move", moving: undefined });
  else if (filter !== "") browser.change({ do: "filter", filter: "" });
  else browser.change({ do: "select", selection: cleared(selection) });
}
