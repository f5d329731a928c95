/**
 * A page in a browser, driven as a person does: by what is seen, the mouse and the keyboard.
 *
 * @module
 */

import { fail } from "@std/assert";
import { delay } from "@std/async/delay";
import { withTimeout } from "../with_timeout.ts";
import type { DevTools } from "./devtools.ts";

/** Milliseconds until a page must show the expected thing. */
const SHOW_TIMEOUT_MS = 20_000;

/** Milliseconds between two looks at a page. */
const LOOK_MS = 20;

/** Milliseconds until a page is looked at again that does not answer. */
const LOOK_TIMEOUT_MS = 5000;

/** Looks at something that moves, before it is clicked in any case. */
const MAX_LOOKS = 50;

/** The looks of a page. */
export interface LookOptions {
  /** @default {1200} */
  readonly width?: number;
  /** @default {800} */
  readonly height?: number;
  /** Whether the system is dark. @default {false} */
  readonly dark?: boolean;
  /** Whether the screen is touched. @default {false} */
  readonly touch?: boolean;
}

/** Keys with the codes that a browser wants. */
const KEYS: Readonly<Record<string, { readonly code: number; readonly text?: string }>> = {
  Enter: { code: 13, text: "\r" },
  Escape: { code: 27 },
  Backspace: { code: 8 },
  Delete: { code: 46 },
  ArrowDown: { code: 40 },
  ArrowUp: { code: 38 },
  ArrowLeft: { code: 37 },
  ArrowRight: { code: 39 },
  Home: { code: 36 },
  End: { code: 35 },
  F2: { code: 113 },
  Tab: { code: 9 },
};

/** Keys that are held: bits of the protocol. */
const MODIFIERS = { alt: 1, ctrl: 2, meta: 4, shift: 8 } as const;

/** A page. */
export class Tab {
  readonly #tools: DevTools;
  readonly #session: string;

  private constructor(tools: DevTools, session: string) {
    this.#tools = tools;
    this.#session = session;
  }

  /** Opens a page. */
  static async open(tools: DevTools, url: string, options: LookOptions = {}): Promise<Tab> {
    const { width = 1200, height = 800, dark = false, touch = false } = options;
    const { targetId } = await tools.send("Target.createTarget", { url: "about:blank" });
    const flat = { targetId, flatten: true };
    const { sessionId } = await tools.send("Target.attachToTarget", flat);
    const tab = new Tab(tools, String(sessionId));
    const size = { width, height, deviceScaleFactor: touch ? 2 : 1, mobile: touch };
    await tab.send("Page.enable");
    await tab.send("Emulation.setDeviceMetricsOverride", size);
    await tab.send("Emulation.setTouchEmulationEnabled", { enabled: touch });
    await tab.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }],
    });
    await tab.go(url);
    return tab;
  }

  /** Sends a command for this page. */
  send(
    method: string,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<Record<string, unknown>> {
    return this.#tools.send(method, params, this.#session);
  }

  /** Goes to a URL, as from the address bar. */
  async go(url: string): Promise<void> {
    await this.send("Page.navigate", { url });
  }

  /** Loads the page again. */
  async reload(): Promise<void> {
    await this.send("Page.reload");
  }

  /** Evaluates an expression, or waits for its promise. @throws {Error} As it throws. */
  async evaluate<T>(expression: string): Promise<T> {
    const params = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", params);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value: T }).value;
  }

  /**
   * Waits until an expression is true, through loads of the page, and returns its value.
   *
   * @param timeoutMs Milliseconds until the test fails. @default {20_000}
   */
  async until<T>(expression: string, timeoutMs = SHOW_TIMEOUT_MS): Promise<T> {
    // The page itself cannot wait: where its scripts may not run, its timers do not run either.
    const look = `(() => { try { return ${expression}; } catch { return false; } })()`;
    const end = performance.now() + timeoutMs;
    while (performance.now() < end) {
      // A load fails what is evaluated in the page that was there before, or leaves it unanswered.
      const looked = this.evaluate<T | undefined>(look).catch(() => undefined);
      const value = await withTimeout(looked, LOOK_TIMEOUT_MS, () => undefined);
      if (value) return value;
      await delay(LOOK_MS);
    }
    const body = await this.evaluate<string>("document.body.innerText");
    return fail(`the page never has ${expression}; it shows:\n${body}`);
  }

  /** Waits until the page shows a text. */
  async shows(text: string): Promise<void> {
    await this.until(`document.body.innerText.includes(${JSON.stringify(text)})`);
  }

  /** Waits until the page has an element. @param selector In CSS. */
  async has(selector: string): Promise<void> {
    await this.until(`document.querySelector(${JSON.stringify(selector)}) !== null`);
  }

  /** Clicks on the middle of an element. @param selector In CSS, or `text=` and its whole text. */
  async click(selector: string): Promise<void> {
    const place = `(() => {
      // A style that arrives later moves everything.
      if (document.readyState !== "complete") return false;
      const find = ${JSON.stringify(selector)};
      const shown = (element) => element.getClientRects().length > 0;
      const all = find.startsWith("text=")
        ? [...document.querySelectorAll("a, button, label, td, option")]
          .filter((element) => element.textContent.trim() === find.slice(5))
        : [...document.querySelectorAll(find)];
      const element = all.filter(shown).at(-1);
      element.scrollIntoView({ block: "nearest" });
      const { left, top, width, height } = element.getBoundingClientRect();
      return [left + width / 2, top + height / 2];
    })()`;
    const [x, y] = await this.#settled(place);
    const at = { x, y, button: "left", clickCount: 1 };
    await this.send("Input.dispatchMouseEvent", { type: "mousePressed", ...at });
    await this.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...at });
  }

  /** Waits until a place is the same twice: what has just come may still scroll or move. */
  async #settled(place: string): Promise<[number, number]> {
    let last = await this.until<[number, number]>(place);
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      await delay(LOOK_MS);
      const next = await this.until<[number, number]>(place);
      if (next[0] === last[0] && next[1] === last[1]) break;
      last = next;
    }
    return last;
  }

  /** Presses a key, such as `ctrl+a` or `ArrowDown`. */
  async press(keys: string): Promise<void> {
    const held = keys === "+" ? [] : keys.split("+");
    const key = held.pop() ?? keys;
    const modifiers = held.reduce((sum, name) => sum + MODIFIERS[name as "ctrl"], 0);
    const { code, text } = KEYS[key] ?? { code: key.toUpperCase().charCodeAt(0), text: key };
    const down = modifiers === 0 || modifiers === MODIFIERS.shift ? { text } : {};
    const event = { key, windowsVirtualKeyCode: code, modifiers };
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", ...event, ...down });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  }

  /** Types a text into the field that has the keyboard. */
  async type(text: string): Promise<void> {
    await this.send("Input.insertText", { text });
  }

  /** Limits how fast the page sends. @param bytesPerSecond 0 for no limit. */
  async slowUploads(bytesPerSecond: number): Promise<void> {
    const uploadThroughput = bytesPerSecond || -1;
    const network = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput };
    await this.send("Network.enable");
    await this.send("Network.emulateNetworkConditions", network);
  }

  /** Chooses files of the disk in a field. @param selector In CSS. */
  async choose(selector: string, files: readonly string[]): Promise<void> {
    const { result } = await this.send("Runtime.evaluate", {
      expression: `document.querySelector(${JSON.stringify(selector)})`,
    });
    const { objectId } = result as { readonly objectId: string };
    await this.send("DOM.setFileInputFiles", { files, objectId });
  }

  /** Drags files and folders of the disk over the page, and drops them. */
  async drop(paths: readonly string[]): Promise<void> {
    await this.drag(paths);
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    await this.send("Input.dispatchDragEvent", { type: "drop", x: 300, y: 300, data });
  }

  /** Drags files and folders of the disk over the page. */
  async drag(paths: readonly string[]): Promise<void> {
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver"]) {
      await this.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
    }
  }

  /** Takes a picture, in PNG. */
  async picture(): Promise<Uint8Array<ArrayBuffer>> {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    return Uint8Array.fromBase64(String(data));
  }
}
