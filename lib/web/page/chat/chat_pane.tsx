/**
 * The chat beside the list, or as a sheet over it on a phone.
 *
 * @module
 */

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons.tsx";
import { text } from "../text.ts";
import type { ChatPart } from "./chat_part.ts";
import { ChatForm } from "./chat_form.tsx";
import { Messages } from "./messages.tsx";
import { OwnName } from "./own_name.tsx";
import { shownName } from "./shown_text.ts";

/** The properties of the pane. */
export interface ChatPaneProps extends ChatPart {
  /** Connects at once. */
  readonly onConnect: () => void;
  /** Takes a place in the chat again. */
  readonly onJoin: () => void;
}

/** The pane. */
export function ChatPane(props: ChatPaneProps): JSX.Element {
  const { chat, state } = props;
  const pane = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // The keyboard goes along with the person who has opened it.
    if (document.activeElement?.matches(".chat-button")) pane.current?.focus();
  }, []);
  const close = () => {
    chat.open(false);
    document.querySelector<HTMLElement>(".chat-button")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Keys in the chat are not those of the list.
    event.stopPropagation();
    if (event.key !== "Escape") return;
    if (state.to !== undefined) return chat.address(undefined);
    close();
  };
  return (
    <aside
      ref={pane}
      class="chat"
      tabIndex={-1}
      aria-label={text.chat.title}
      onKeyDown={onKeyDown}
    >
      <header>
        <h2>{text.chat.title}</h2>
        {state.seat !== undefined && <OwnName {...props} name={state.seat.name} />}
        <button
          type="button"
          class="command"
          aria-label={text.chat.close}
          title={text.chat.close}
          onClick={close}
        >
          <Icon name="close" />
        </button>
      </header>
      <Connection {...props} />
      <Here {...props} />
      <Messages {...props} />
      {state.seat !== undefined && <ChatForm {...props} />}
    </aside>
  );
}

/** Says that nothing arrives, and why. */
function Connection({ state, onConnect, onJoin }: ChatPaneProps): JSX.Element | null {
  const { connection, againMs, seat, isGone } = state;
  const [nowMs, tick] = useState(Date.now());
  useEffect(() => {
    if (againMs === undefined) return;
    tick(Date.now());
    const timer = setInterval(() => tick(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [againMs]);
  if (connection === "refused") return <p class="state">{text.chat.noSeat}</p>;
  if (connection === "open") {
    if (seat !== undefined) return null;
    if (!isGone) return <p class="state">{text.chat.noSeat}</p>;
    return (
      <p class="state lost">
        {text.chat.notThere} <button type="button" onClick={onJoin}>{text.chat.joinAgain}</button>
      </p>
    );
  }
  if (againMs === undefined) return <p class="state">{text.chat.connecting}</p>;
  const seconds = Math.max(0, Math.ceil((againMs - nowMs) / 1000));
  return (
    <p class="state lost">
      {text.chat.lostUntil(seconds)}{" "}
      <button type="button" onClick={onConnect}>{text.chat.retryNow}</button>
    </p>
  );
}

/** The clients that are here; a click on a name writes to that client alone. */
function Here({ chat, state: { here, seat, to } }: ChatPart): JSX.Element | null {
  if (here.length === 0) return null;
  return (
    <ul class="here" aria-label={text.chat.here}>
      {here.map(({ name, dialect }) => (
        <li key={name}>
          {name === seat?.name ? <span>{shownName(name)} ({text.chat.you})</span> : (
            <button
              type="button"
              title={`${text.chat.messageTo(shownName(name))} · ${dialect}`}
              aria-pressed={to === name}
              onClick={() => {
                chat.address(to === name ? undefined : name);
                document.querySelector<HTMLElement>(".chat textarea")?.focus();
              }}
            >
              <bdi>{shownName(name)}</bdi>
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
