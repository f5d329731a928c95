/**
 * Starts downloads, by links and forms that are not on the page.
 *
 * @module
 */

import type { Download } from "./download.ts";

/** Starts a download. */
export function startDownload({ url, name, fields }: Download): void {
  if (fields !== undefined) return sendForm(url, fields);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

function sendForm(url: string, fields: NonNullable<Download["fields"]>): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  for (const [name, value] of fields) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}
