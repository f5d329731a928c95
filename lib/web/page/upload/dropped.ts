/**
 * Files and folders that the user drops, pastes or chooses.
 *
 * @module
 */

import type { Choosing, Chosen } from "./item.ts";

/**
 * Takes the entries of a drop. It must be called at once: after the event there are none.
 */
export function entriesOf(transfer: DataTransfer): readonly (FileSystemEntry | File)[] {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  return items.flatMap((item) => item.webkitGetAsEntry() ?? item.getAsFile() ?? []);
}

/** Walks through folders. */
export async function walked(entries: readonly (FileSystemEntry | File)[]): Promise<Choosing> {
  const [files, emptyFolders, unreadable]: [Chosen[], string[], string[]] = [[], [], []];
  const visit = async (entry: FileSystemEntry, parent: string): Promise<void> => {
    const path = parent + entry.name;
    try {
      if (entry.isFile) {
        files.push({ file: await fileOf(entry as FileSystemFileEntry), path });
        return;
      }
      let empty = true;
      for await (const batch of batchesOf(entry as FileSystemDirectoryEntry)) {
        empty = false;
        for (const child of batch) await visit(child, `${path}/`);
      }
      if (empty) emptyFolders.push(path);
    } catch {
      unreadable.push(path);
    }
  };
  for (const entry of entries) {
    if (entry instanceof File) files.push({ file: entry, path: entry.name });
    else await visit(entry, "");
  }
  return { files, emptyFolders, unreadable };
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** Reads a folder. Browsers return at most 100 entries at once, and none after the last. */
async function* batchesOf(folder: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry[]> {
  const reader = folder.createReader();
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    );
    if (batch.length === 0) return;
    yield batch;
  }
}

/** The files of a field; those of a folder have its name in their path. */
export function filesOf(files: FileList | readonly File[]): Choosing {
  const chosen = [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  return { files: chosen, emptyFolders: [] };
}
