/**
 * The whole page takes files that are dropped or pasted.
 *
 * @module
 */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../icons.tsx";
import { entriesOf, filesOf, walked } from "./dropped.ts";
import type { Choosing } from "./item.ts";
import { words } from "./words.ts";

/** The properties of the zone. */
export interface DropZoneProps {
  /** The name of the open folder. */
  readonly folder: string;
  readonly canWrite: boolean;
  readonly onChoose: (chosen: Choosing | Promise<Choosing>) => void;
}

/** Shows where the files go, while they are dragged over the page. */
export function DropZone({ folder, canWrite, onChoose }: DropZoneProps): JSX.Element | null {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const end = new AbortController();
    listen(setOver, onChoose, end.signal);
    return () => end.abort();
  }, [onChoose]);
  if (!over) return null;
  return (
    <div class="drop" aria-hidden="true">
      <p>
        <Icon name={canWrite ? "upload" : "lock"} />
        {canWrite ? words.drop(folder) : words.notHere}
      </p>
    </div>
  );
}

function listen(
  setOver: (over: boolean) => void,
  onChoose: DropZoneProps["onChoose"],
  signal: AbortSignal,
): void {
  const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") ?? false;
  const onDrag = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setOver(true);
  };
  addEventListener("dragenter", onDrag, { signal });
  addEventListener("dragover", onDrag, { signal });
  // Between two elements it has the one that is entered; at the edge of the page it has none.
  const onLeave = ({ relatedTarget }: DragEvent) => relatedTarget === null && setOver(false);
  addEventListener("dragleave", onLeave, { signal });
  addEventListener("drop", (event) => {
    setOver(false);
    if (!hasFiles(event) || event.dataTransfer === null) return;
    event.preventDefault();
    onChoose(walked(entriesOf(event.dataTransfer)));
  }, { signal });
  addEventListener("paste", ({ clipboardData, target }) => {
    const inField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
    const files = [...clipboardData?.files ?? []];
    if (!inField && files.length > 0) onChoose(filesOf(files));
  }, { signal });
}
