/**
 * One line of the chat.
 *
 * @module
 */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { format, text } from "../text.ts";
import type { Line } from "./chat_state.ts";
import { beginningOf, shownName, shownText } from "./shown_text.ts";

/** The properties of a line. */
export interface MessageProps {
  readonly line: Line;
  readonly onSendAgain: () => void;
}

/** A line. */
export function Message({ line, onSendAgain }: MessageProps): JSX.Element {
  const { kind, from, to, own, why, atMs } = line;
  const iso = new Date(atMs).toISOString();
  const time = (
    <time dateTime={iso} title={format.fullTime(iso)}>{format.time(iso, Date.now())}</time>
  );
  if (kind !== "message") {
    return (
      <p class={kind}>
        <bdi>{shownText(line.text)}</bdi> {time}
      </p>
    );
  }
  const reach = to === undefined
    ? ""
    : own === undefined
    ? text.chat.toYou
    : text.chat.privateTo(shownName(to));
  return (
    <div class={`message ${own ?? ""} ${to === undefined ? "" : "private"}`.trim()}>
      <p class="from">
        <strong>
          <bdi>{shownName(from)}</bdi>
        </strong>{" "}
        {reach} {time}
      </p>
      <Words text={shownText(line.text)} />
      {own === "waiting" && <p class="why">{text.chat.sending}</p>}
      {own === "failed" && (
        <p class="why failed">
          {text.chat.notSent(why ?? "")}{" "}
          <button type="button" onClick={onSendAgain}>{text.chat.sendAgain}</button>
        </p>
      )}
    </div>
  );
}

/** The text of a message: its beginning, if it is long. */
function Words({ text: words }: { readonly text: string }): JSX.Element {
  const [isWhole, showWhole] = useState(false);
  const beginning = isWhole ? undefined : beginningOf(words);
  return (
    <>
      <p class="words" dir="auto">{beginning ?? words}</p>
      {beginning !== undefined && (
        <button type="button" onClick={() => showWhole(true)}>{text.chat.whole}</button>
      )}
    </>
  );
}
