/**
 * Everything about uploads that the page shows.
 *
 * @module
 */

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { State } from "../state.ts";
import { text } from "../text.ts";
import { ChooseField } from "./choose.tsx";
import { ConflictForm } from "./conflict_form.tsx";
import { DropZone } from "./drop_zone.tsx";
import type { Choosing } from "./item.ts";
import { Rates } from "./rates.ts";
import { UploadPanel } from "./upload_panel.tsx";
import type { Uploads } from "./uploads.ts";

/** Milliseconds between two drawings. */
const DRAW_MS = 250;

/** The properties of the part. */
export interface UploadPartProps {
  readonly uploads: Uploads;
  readonly state: State;
}

/** The part. */
export function UploadPart({ uploads, state }: UploadPartProps): JSX.Element {
  const { queue } = uploads;
  const rates = useDrawn(uploads);
  useWarning(uploads);
  const [postponed, postpone] = useState<ReadonlySet<string>>(new Set());
  const asked = queue.items.in("asking").find(({ id }) => !postponed.has(id));
  const onChoose = useMemo(
    () => (chosen: Choosing | Promise<Choosing>) => void uploads.add(chosen),
    [uploads],
  );
  const postponeAll = () => postpone(new Set(queue.items.in("asking").map(({ id }) => id)));
  return (
    <>
      <ChooseField kind="files" onChoose={onChoose} />
      <ChooseField kind="folder" onChoose={onChoose} />
      <ChooseField kind="again" onChoose={({ files }) => uploads.giveBack(files)} />
      <DropZone
        folder={state.place.names.at(-1) ?? text.root}
        canWrite={state.session?.canWrite !== false}
        onChoose={onChoose}
      />
      <UploadPanel
        {...{ queue, rates }}
        onDecide={({ id }) => postpone(new Set([...postponed].filter((other) => other !== id)))}
      />
      {asked !== undefined && (
        <ConflictForm key={asked.id} queue={queue} item={asked} onClose={postponeAll} />
      )}
    </>
  );
}

/** Draws again after changes, but not after each one. */
function useDrawn({ queue }: Uploads): Rates {
  const rates = useMemo(() => new Rates(), [queue]);
  const [, draw] = useState(0);
  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = queue.watch(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        rates.note(queue.items, performance.now());
        draw((times) => times + 1);
      }, DRAW_MS);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [queue]);
  return rates;
}

/** Asks before the page is left while something is sent. */
function useWarning({ queue }: Uploads): void {
  useEffect(() => {
    const end = new AbortController();
    addEventListener("beforeunload", (event) => {
      const { items } = queue;
      if (items.count("waiting", "checking", "sending", "offline") > 0) event.preventDefault();
    }, { signal: end.signal });
    return () => end.abort();
  }, [queue]);
}
