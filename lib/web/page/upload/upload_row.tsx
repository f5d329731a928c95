/**
 * One upload in the list.
 *
 * @module
 */

import type { JSX } from "preact";
import { Icon, type IconName } from "../icons.tsx";
import { format } from "../text.ts";
import { choose } from "./choose.tsx";
import type { Item } from "./item.ts";
import type { UploadQueue } from "./queue.ts";
import type { Rate } from "./rate.ts";
import { span, whyFailed, words } from "./words.ts";

/** The properties of a row. */
export interface UploadRowProps {
  readonly queue: UploadQueue;
  readonly item: Item;
  readonly rate: Rate | undefined;
  /** The user wants to answer the question about it. */
  readonly onDecide: () => void;
}

/** A row. */
export function UploadRow({ queue, item, rate, onDecide }: UploadRowProps): JSX.Element {
  const { id, path, bytes, sent, state } = item;
  const name = path.split("/").at(-1)!;
  const isUnderWay = state === "sending" || state === "checking" || state === "offline";
  return (
    <li class={state}>
      <div class="what">
        <span class="name" title={path}>{name}</span>
        <span class="how">{statusOf(item, rate)}</span>
        {(isUnderWay || state === "paused") && (
          <progress aria-label={words.progressOf(name)} max={bytes || 1} value={sent} />
        )}
      </div>
      {state === "asking" && (
        <button type="button" aria-label={`${words.decide}: ${name}`} onClick={onDecide}>
          {words.decide}
        </button>
      )}
      {state === "lost" && (
        <button
          type="button"
          aria-label={`${words.chooseAgain}: ${name}`}
          onClick={() => choose("again")}
        >
          {words.chooseAgain}
        </button>
      )}
      {(isUnderWay || state === "waiting") && (
        <Small
          icon="pause"
          label={words.pause}
          name={name}
          onClick={() => queue.pause(id)}
        />
      )}
      {state === "paused" && (
        <Small
          icon="play"
          label={words.resume}
          name={name}
          onClick={() => queue.resume(id)}
        />
      )}
      {state === "failed" && (
        <Small
          icon="again"
          label={words.retry}
          name={name}
          onClick={() => queue.resume(id)}
        />
      )}
      <Small icon="close" label={words.cancel} name={name} onClick={() => queue.cancel(id)} />
    </li>
  );
}

/** A button with an icon only. */
function Small(
  { icon, label, name, onClick }: {
    readonly icon: IconName;
    readonly label: string;
    readonly name: string;
    readonly onClick: () => void;
  },
): JSX.Element {
  return (
    <button
      type="button"
      class="small"
      title={label}
      aria-label={`${label}: ${name}`}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function statusOf({ state, sent, bytes, error }: Item, rate: Rate | undefined): string {
  if (state === "failed") return whyFailed(error);
  const size = format.size(bytes);
  if (state === "waiting") return size;
  if (state !== "sending") return words.states[state];
  const parts = [words.bytes(format.size(sent), size)];
  const seconds = rate?.secondsFor(bytes - sent);
  if (seconds !== undefined) parts.push(words.left(span(seconds)));
  if (rate !== undefined && rate.perSecond > 0) {
    parts.push(words.perSecond(format.size(rate.perSecond)));
  }
  return parts.join(" · ");
}
