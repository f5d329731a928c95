/**
 * The chat of the page, as people use it in a browser.
 *
 * @module
 */

import type { Tab } from "./tab.ts";

/** An element that is there as soon as a page has a seat in the chat. */
export const SEATED = ".chat textarea";

/** Waits for a seat, and changes its name. */
export async function takeName(tab: Tab, name: string): Promise<void> {
  await tab.has(SEATED);
  await tab.click("button.own-name");
  await tab.has("input[aria-label='Your name']");
  await tab.type(name);
  await tab.press("Enter");
  await tab.shows(`you are now ${name}`);
}

/** Sends a message. */
export async function say(tab: Tab, text: string): Promise<void> {
  await tab.click(SEATED);
  await tab.type(text);
  await tab.press("Enter");
}

/** The messages that a page shows: `name: text`. */
export function messages(tab: Tab): Promise<string[]> {
  return tab.evaluate(`[...document.querySelectorAll(".log .message")].map((message) =>
    message.querySelector("strong").textContent + ": " +
    message.querySelector(".words").textContent)`);
}

/** Waits until a page shows a message. */
export async function hears(tab: Tab, text: string): Promise<void> {
  await tab.until(`[...document.querySelectorAll(".log .words")].some((words) =>
    words.textContent === ${JSON.stringify(text)})`);
}

/** Hides a page, as another tab in front of it does, or shows it again. */
export async function hide(tab: Tab, isHidden: boolean): Promise<void> {
  const value = JSON.stringify(isHidden ? "hidden" : "visible");
  await tab.evaluate(`Object.defineProperty(document, "visibilityState", {
    value: ${value}, configurable: true,
  }); document.dispatchEvent(new Event("visibilitychange", { bubbles: true })); true`);
}
