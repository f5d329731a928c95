/**
 * Log events as lines of text.
 *
 * @module
 */

import type { LogEvent, LogFields } from "./log.ts";
import { escapeControls } from "./text.ts";

const SECRET = /pass(word|phrase)?$|secret|credential|authorization|private_?key|^token$|_token$/i;
const REDACTED = "[redacted]";
/** Whether each field seen so far is a secret; its name is from the code, so there are few. */
const secrets = new Map<string, boolean>();

function isSecret(key: string): boolean {
  let secret = secrets.get(key);
  if (secret === undefined) secrets.set(key, secret = SECRET.test(key));
  return secret;
}

/** The fields that are set, with secrets redacted. */
export function cleanFields(fields: LogFields): [string, string | number | boolean][] {
  const clean: [string, string | number | boolean][] = [];
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value !== undefined) clean.push([key, isSecret(key) ? REDACTED : value]);
  }
  return clean;
}

/**
 * Formats an event as one line of text:
 * `2026-01-31T12:00:00.000Z info    transfer.end bytes=12 name=a.txt`.
 */
export function textLogLine(event: LogEvent): string {
  return `${event.at.toISOString()} ${event.level.padEnd(7)} ${textEvent(event)}`;
}

/** The name and the fields of an event as text: `transfer.end bytes=12 name=a.txt`. */
export function textEvent({ event, fields }: Pick<LogEvent, "event" | "fields">): string {
  return [escapeControls(event), ...fieldTexts(fields)].join(" ");
}

/** The fields of an event as text: `bytes=12 name=a.txt`. */
export function textFields(fields: LogFields): string {
  return fieldTexts(fields).join(" ");
}

function fieldTexts(fields: LogFields): string[] {
  return cleanFields(fields).map(([key, value]) =>
    typeof value === "string" && !PLAIN.test(value)
      ? escapeControls(`${key}=${fieldText(value)}`)
      : `${key}=${value}`
  );
}

/** Printable ASCII that is shown as it is. */
const PLAIN = /^[!#-<>-~]+$/;

function fieldText(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
