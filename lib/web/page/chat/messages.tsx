/**
 * The messages of the chat. The last one stays in view, unless people read earlier ones.
 *
 * @module
 */

import type { JSX } from "preact";
import { Fragment } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { text } from "../text.ts";
import type { ChatPart } from "./chat_part.ts";
import { Message } from "./message.tsx";

/** Pixels from the end at which people still count as being at the end. */
const NEAR = 40;

/** The messages. */
export function Messages({ chat, state: { lines, newFrom } }: ChatPart): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const last = lines.at(-1);
  const toEnd = () => {
    const { current } = list;
    if (current !== null) current.scrollTop = current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (isAtEnd || last?.own === "waiting") toEnd();
  }, [last?.key]);
  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = list.current!;
    setAtEnd(scrollHeight - scrollTop - clientHeight < NEAR);
  };
  return (
    <div class="messages">
      <div
        ref={list}
        class="log"
        role="log"
        // New messages are read out elsewhere, also when this is hidden.
        aria-live="off"
        aria-label={text.chat.messages}
        tabIndex={0}
        onScroll={onScroll}
      >
        {lines.length === 0 && <p class="blank">{text.chat.noMessages}</p>}
        {lines.map((line) => (
          <Fragment key={line.key}>
            {line.key === newFrom && <p class="new">{text.chat.newMessages}</p>}
            <Message line={line} onSendAgain={() => chat.sendAgain(line)} />
          </Fragment>
        ))}
      </div>
      {!isAtEnd && (
        <button type="button" class="newest" onClick={toEnd}>↓ {text.chat.newest}</button>
      )}
    </div>
  );
}
