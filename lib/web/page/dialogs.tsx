/**
 * The question or form that is open, if there is one.
 *
 * @module
 */

import type { JSX } from "preact";
import type { Entry } from "./entry.ts";
import { Form, Modal } from "./modal.tsx";
import type { Part } from "./part.ts";
import { ShareForm } from "./share_form.tsx";
import { text } from "./text.ts";
import { VersionsDialog } from "./versions/versions_dialog.tsx";

/** A form of the page. */
interface Open extends Pick<Part, "browser"> {
  readonly onClose: () => void;
}

/** The open form. */
export function Dialogs({ browser, state: { dialog } }: Part): JSX.Element | null {
  if (dialog === undefined) return null;
  const open = { browser, onClose: () => browser.change({ do: "ask", dialog: undefined }) };
  switch (dialog.kind) {
    case "login":
      return <LoginForm {...open} />;
    case "folder":
      return <FolderForm {...open} />;
    case "rename":
      return <RenameForm {...open} entry={dialog.entry} />;
    case "share":
      return <ShareForm {...open} entry={dialog.entry} />;
    case "versions":
      return <VersionsDialog {...open} entry={dialog.entry} />;
    case "remove":
      return <RemoveForm {...open} entries={dialog.entries} />;
    case "keys":
      return <Keys {...open} />;
  }
}

function LoginForm({ browser, onClose }: Open): JSX.Element {
  const onConfirm = (fields: FormData) =>
    browser.logIn(String(fields.get("user")), String(fields.get("password")));
  return (
    <Form title={text.logIn} confirm={text.logIn} {...{ onClose, onConfirm }}>
      <label>
        {text.user}
        <input name="user" required autoFocus autoComplete="username" autoCapitalize="none" />
      </label>
      <label>
        {text.password}
        <input name="password" type="password" required autoComplete="current-password" />
      </label>
    </Form>
  );
}

function FolderForm({ browser, onClose }: Open): JSX.Element {
  const onConfirm = (fields: FormData) => browser.createFolder(String(fields.get("name")));
  return (
    <Form title={text.newFolder} confirm={text.create} {...{ onClose, onConfirm }}>
      <label>
        {text.folderName}
        <input name="name" required autoFocus pattern="[^/]+" autoComplete="off" />
      </label>
    </Form>
  );
}

function RenameForm({ browser, onClose, entry }: Open & { readonly entry: Entry }): JSX.Element {
  const onConfirm = (fields: FormData) => browser.rename(entry, String(fields.get("name")));
  const { name } = entry;
  return (
    <Form title={text.rename} confirm={text.rename} {...{ onClose, onConfirm }}>
      <label>
        {text.newName}
        <input
          name="name"
          required
          autoFocus
          pattern="[^/]+"
          autoComplete="off"
          defaultValue={name}
          onFocus={({ currentTarget }) =>
            // The name without its extension is what usually changes.
            currentTarget.setSelectionRange(0, name.replace(/(?<=.)\.[^.]*$/, "").length)}
        />
      </label>
    </Form>
  );
}

function RemoveForm(
  { browser, onClose, entries }: Open & { readonly entries: readonly Entry[] },
): JSX.Element {
  return (
    <Form
      title={text.askRemove(entries[0]?.name ?? "", entries.length)}
      confirm={text.remove}
      dangerous
      onClose={onClose}
      onConfirm={() => browser.remove(entries)}
    >
      <p>{browser.keepsRemoved ? text.removeKeptNote : text.removeNote}</p>
    </Form>
  );
}

function Keys({ onClose }: Open): JSX.Element {
  return (
    <Modal title={text.keys} onClose={onClose}>
      <h2>{text.keys}</h2>
      <dl class="keys">
        {text.keyHelp.map(([keys, what]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div class="buttons">
        <button type="button" class="main" autoFocus onClick={onClose}>{text.close}</button>
      </div>
    </Modal>
  );
}
