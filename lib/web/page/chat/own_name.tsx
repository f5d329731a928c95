/**
 * The name of this page in the chat, which can be changed.
 *
 * @module
 */

import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { reasonOf, text } from "../text.ts";
import type { ChatPart } from "./chat_part.ts";
import { shownName } from "./shown_text.ts";

/** The properties of the name. */
export interface OwnNameProps extends Pick<ChatPart, "chat"> {
  readonly name: string;
}

/** The name, or the form to change it. */
export function OwnName(props: OwnNameProps): JSX.Element {
  const [isChanging, change] = useState(false);
  if (isChanging) return <NameForm {...props} onDone={() => change(false)} />;
  return (
    <button type="button" class="own-name" title={text.chat.name} onClick={() => change(true)}>
      <bdi>{shownName(props.name)}</bdi>
    </button>
  );
}

function NameForm(
  { chat, name, onDone }: OwnNameProps & { readonly onDone: () => void },
): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [error, fail] = useState<unknown>();
  useLayoutEffect(() => field.current?.select(), []);
  const onSubmit = async (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = field.current!.value.trim();
    try {
      if (wanted !== "" && wanted !== name) await chat.rename(wanted);
      onDone();
    } catch (error) {
      fail(error);
    }
  };
  return (
    <form class="own-name" onSubmit={(event) => void onSubmit(event)}>
      <input
        ref={field}
        aria-label={text.chat.name}
        title={error === undefined ? undefined : reasonOf(error)}
        aria-invalid={error !== undefined}
        autoComplete="off"
        defaultValue={name}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onDone();
        }}
      />
      <button type="submit">{text.chat.rename}</button>
    </form>
  );
}
