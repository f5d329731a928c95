/**
 * The field in which messages are written.
 *
 * @module
 */

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon } from "../icons.tsx";
import { text } from "../text.ts";
import type { ChatPart } from "./chat_part.ts";
import { shownName } from "./shown_text.ts";

/** The form. */
export function ChatForm({ chat, state: { to } }: ChatPart): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  const [why, refuse] = useState<string>();
  const label = to === undefined ? text.chat.message : text.chat.messageTo(shownName(to));
  const enter = () => {
    const { current } = field;
    if (current === null) return;
    const refusal = chat.enter(current.value);
    refuse(refusal);
    if (refusal === undefined) current.value = "";
    current.focus();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        enter();
      }}
    >
      {why !== undefined && <p class="error" role="alert">{why}</p>}
      {to !== undefined && (
        <button
          type="button"
          class="to"
          title={text.chat.everybody}
          onClick={() => chat.address(undefined)}
        >
          <bdi>{text.chat.privateTo(shownName(to))}</bdi> <Icon name="close" />
        </button>
      )}
      <div class="write">
        <textarea
          ref={field}
          rows={1}
          aria-label={label}
          placeholder={label}
          enterkeyhint="send"
          onKeyDown={(event) => {
            // An input method uses Enter itself.
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            enter();
          }}
        />
        <button type="submit" class="main" title={text.chat.send} aria-label={text.chat.send}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
