/**
 * Brings the keyboard to the chat.
 *
 * @module
 */

/** Opens the chat if it is closed, and goes to its field. */
export function goToChat(): void {
  const isOpen = document.querySelector(".chat") !== null;
  if (!isOpen) document.querySelector<HTMLElement>(".chat-button")?.click();
  // It is drawn after this event.
  setTimeout(() => document.querySelector<HTMLElement>(".chat textarea")?.focus());
}
