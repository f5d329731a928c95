/**
 * Share links.
 *
 * @module
 */

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { SharedLink, ShareRequest } from "./api.ts";
import type { Browser } from "./browser.ts";
import type { Entry } from "./entry.ts";
import { Form, Modal } from "./modal.tsx";
import { QrCode } from "./qr_code.tsx";
import { format, text } from "./text.ts";

const HOUR = 3600;

/** The lifetimes of links in seconds. */
const LIFETIMES = [
  [HOUR, text.hour],
  [24 * HOUR, text.day],
  [7 * 24 * HOUR, text.week],
  [30 * 24 * HOUR, text.month],
] as const;

/** The properties of the form. */
export interface ShareFormProps {
  readonly browser: Browser;
  readonly entry: Entry;
  readonly onClose: () => void;
}

/** Asks how long a link lasts, makes it, and shows it. */
export function ShareForm({ browser, entry, onClose }: ShareFormProps): JSX.Element {
  const [link, show] = useState<SharedLink>();
  const title = text.shareTitle(entry.name);
  if (link !== undefined) return <Link {...{ title, link, onClose }} />;
  const path = browser.pathOf(entry);
  const onConfirm = async (fields: FormData) =>
    show(await browser.api.share({ path, ...limitsIn(fields) }));
  if (browser.state.session?.anonymous) {
    return (
      <Form title={title} confirm={text.makeLink} {...{ onClose, onConfirm }}>
        <p>{text.publicLink}</p>
      </Form>
    );
  }
  return (
    <Form title={title} confirm={text.makeLink} {...{ onClose, onConfirm }}>
      <label>
        {text.shareFor}
        <select name="seconds" autoFocus>
          {LIFETIMES.map(([seconds, label]) => (
            <option key={seconds} value={seconds} selected={seconds === 24 * HOUR}>{label}</option>
          ))}
        </select>
      </label>
      <label class="choice">
        <input type="checkbox" name="once" /> {text.shareOnce}
      </label>
      {entry.type === "dir" && (
        <label class="choice">
          <input type="checkbox" name="write" /> {text.shareWrite}
        </label>
      )}
    </Form>
  );
}

/** The limits of the link: none for users without a login, as everybody has their rights. */
function limitsIn(fields: FormData): Omit<ShareRequest, "path"> {
  const seconds = Number(fields.get("seconds"));
  if (seconds === 0) return {};
  return { seconds, once: fields.has("once"), write: fields.has("write") };
}

interface LinkProps {
  readonly title: string;
  readonly link: SharedLink;
  readonly onClose: () => void;
}

function Link({ title, link: { url, expires }, onClose }: LinkProps): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    field.current?.select();
    // Over plaintext only the legacy way exists.
    if (navigator.clipboard === undefined) document.execCommand("copy");
    else await navigator.clipboard.writeText(url);
    setCopied(true);
  };
  return (
    <Modal title={title} onClose={onClose}>
      <h2>{title}</h2>
      <input ref={field} class="link" readOnly value={url} aria-label={title} />
      <p>{expires === undefined ? text.publicLink : text.expires(format.fullTime(expires))}</p>
      <QrCode content={url} label={text.qr} />
      <div class="buttons">
        <button type="button" onClick={onClose}>{text.close}</button>
        <button type="button" class="main" autoFocus onClick={() => void copy()}>
          {copied ? text.copied : text.copy}
        </button>
      </div>
    </Modal>
  );
}
