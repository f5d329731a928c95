/**
 * The list of uploads, over the page.
 *
 * @module
 */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../icons.tsx";
import { format } from "../text.ts";
import type { Item, ItemState } from "./item.ts";
import type { UploadQueue } from "./queue.ts";
import type { Rates } from "./rates.ts";
import { UploadRow } from "./upload_row.tsx";
import { span, words } from "./words.ts";

/** Rows that are drawn, and further ones on demand: the list may have thousands. */
const [FIRST_ROWS, MORE_ROWS] = [30, 200];

/** The order of the list: first what the user has to do. */
const ORDER: readonly ItemState[] = [
  ...["failed", "asking", "lost", "offline", "checking", "sending", "paused", "waiting"] as const,
];

/** The properties of the list. */
export interface UploadPanelProps {
  readonly queue: UploadQueue;
  readonly rates: Rates;
  readonly onDecide: (item: Item) => void;
}

/** The list; nothing without uploads. */
export function UploadPanel({ queue, rates, onDecide }: UploadPanelProps): JSX.Element | null {
  const [open, setOpen] = useState(!matchMedia("(max-width: 48rem)").matches);
  const [rows, draw] = useState(FIRST_ROWS);
  const { items } = queue;
  const left = items.count(...ORDER);
  const done = items.count("done");
  if (left + done + queue.skipped === 0) return null;
  const drawn = items.in(...ORDER).take(rows).toArray();
  return (
    <section class="uploads" aria-label={words.uploads}>
      <header>
        <button
          type="button"
          class="title"
          aria-expanded={open}
          title={open ? words.hide : words.show}
          onClick={() => setOpen(!open)}
        >
          <Icon name="down" />
          <span>{summary(queue, rates)}</span>
        </button>
        <AllButtons queue={queue} />
      </header>
      <progress aria-label={words.uploads} max={rates.allBytes || 1} value={rates.sentBytes} />
      {open && drawn.length > 0 && (
        <ul>
          {drawn.map((item) => (
            <UploadRow
              key={item.id}
              {...{ queue, item }}
              rate={rates.of(item)}
              onDecide={() => onDecide(item)}
            />
          ))}
          {left > drawn.length && (
            <li>
              <button type="button" class="more" onClick={() => draw(rows + MORE_ROWS)}>
                {words.more(left - drawn.length)}
              </button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

function summary(queue: UploadQueue, rates: Rates): string {
  const { items, skipped } = queue;
  const done = items.count("done");
  const parts = [words.progress(done, done + items.count(...ORDER))];
  const { perSecond } = rates.all;
  if (items.count("sending") > 0 && perSecond > 0) {
    const seconds = rates.all.secondsFor(rates.allBytes - rates.sentBytes);
    if (seconds !== undefined) parts.push(words.left(span(seconds)));
    parts.push(words.perSecond(format.size(perSecond)));
  }
  if (skipped > 0) parts.push(words.skipped(skipped));
  return parts.join(" · ");
}

function AllButtons({ queue }: Pick<UploadPanelProps, "queue">): JSX.Element {
  const { items } = queue;
  const active = items.count("waiting", "checking", "sending", "offline");
  const failed = items.count("failed");
  const idle = failed + items.count("paused");
  const left = items.count(...ORDER);
  const each = (states: readonly ItemState[], act: (id: string) => void) => () => {
    for (const { id } of [...items.in(...states)]) act(id);
  };
  return (
    <>
      {active > 0 && (
        <Button
          icon="pause"
          label={words.pauseAll}
          // Those that wait first, as each that pauses makes room for one of them.
          onClick={each(["waiting", "offline", "checking", "sending"], (id) => queue.pause(id))}
        />
      )}
      {active === 0 && idle > 0 && (
        <Button
          icon={failed > 0 ? "again" : "play"}
          label={failed > 0 ? words.retryAll : words.resumeAll}
          onClick={each(["failed", "paused"], (id) => queue.resume(id))}
        />
      )}
      {left > 0
        ? (
          <Button
            icon="close"
            label={words.cancelAll}
            onClick={each(ORDER.toReversed(), (id) => queue.cancel(id))}
          />
        )
        : <Button icon="close" label={words.close} onClick={() => queue.clear()} />}
    </>
  );
}

function Button(
  { icon, label, onClick }: {
    readonly icon: "pause" | "play" | "again" | "close";
    readonly label: string;
    readonly onClick: () => void;
  },
): JSX.Element {
  return (
    <button type="button" class="small" title={label} aria-label={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
