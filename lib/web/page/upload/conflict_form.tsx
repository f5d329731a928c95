/**
 * The question about a file that has the name of an upload.
 *
 * @module
 */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Modal } from "../modal.tsx";
import { format } from "../text.ts";
import type { Item } from "./item.ts";
import type { Choice, UploadQueue } from "./queue.ts";
import { words } from "./words.ts";

/** The properties of the question. */
export interface ConflictFormProps {
  readonly queue: UploadQueue;
  readonly item: Item;
  /** The user puts the question off. */
  readonly onClose: () => void;
}

/** The question. */
export function ConflictForm({ queue, item, onClose }: ConflictFormProps): JSX.Element {
  const [forAll, setForAll] = useState(false);
  const { id, path, taken } = item;
  const asking = queue.items.count("asking");
  const name = path.split("/").at(-1)!;
  const title = taken?.type === "dir" ? words.existsFolder(name) : words.exists(name);
  const answer = (choice: Choice) => queue.answer(id, choice, forAll);
  return (
    <Modal title={title} onClose={onClose}>
      <h2>{title}</h2>
      <dl class="versions">
        {taken?.type === "file" && (
          <Version label={words.there} bytes={taken.bytes} mtime={taken.mtime} />
        )}
        <Version
          label={words.yours}
          bytes={item.bytes}
          mtime={new Date(item.lastModified).toISOString()}
        />
      </dl>
      {asking > 1 && (
        <label class="choice">
          <input
            type="checkbox"
            checked={forAll}
            onClick={({ currentTarget }) => setForAll(currentTarget.checked)}
          />
          {words.forAll(asking)}
        </label>
      )}
      <div class="buttons">
        <button type="button" onClick={() => answer("skip")}>{words.skip}</button>
        <button type="button" autoFocus onClick={() => answer("rename")}>{words.keepBoth}</button>
        {taken?.type === "file" && (
          <button
            type="button"
            class="main"
            onClick={() => answer("replace")}
          >
            {words.replace}
          </button>
        )}
      </div>
    </Modal>
  );
}

function Version(
  { label, bytes, mtime }: {
    readonly label: string;
    readonly bytes: number;
    readonly mtime: string;
  },
): JSX.Element {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{`${format.size(bytes)}, ${format.time(mtime, Date.now())}`}</dd>
    </div>
  );
}
