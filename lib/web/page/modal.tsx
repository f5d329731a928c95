/**
 * Questions and forms over the page.
 *
 * @module
 */

import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { reasonOf, text } from "./text.ts";

/** The properties of a modal part. */
export interface ModalProps {
  readonly title: string;
  readonly class?: string;
  /** The user closed it, with Esc for example. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A part that the rest of the page waits for. */
export function Modal({ title, onClose, children, ...rest }: ModalProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const { activeElement } = document;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      // As long as it is open, nothing else can have the focus.
      shown?.close();
      if (activeElement instanceof HTMLElement) activeElement.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={rest.class ?? "form"}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      {children}
    </dialog>
  );
}

/** The properties of a form. */
export interface FormProps extends ModalProps {
  /** The label of the button that confirms. */
  readonly confirm: string;
  /** Whether the button warns. @default false */
  readonly dangerous?: boolean;
  /** Confirms; what it throws is shown. */
  readonly onConfirm: (fields: FormData) => Promise<void>;
}

/** A form: its fields, an error, and buttons. */
export function Form({ confirm, dangerous, onConfirm, ...modal }: FormProps): JSX.Element {
  const [error, show] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const onSubmit = async (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    try {
      await onConfirm(fields);
    } catch (error) {
      show(error);
    }
    setBusy(false);
  };
  return (
    <Modal {...modal}>
      <form method="dialog" onSubmit={(event) => void onSubmit(event)}>
        <h2>{modal.title}</h2>
        {modal.children}
        {error !== undefined && <p class="error" role="alert">{reasonOf(error)}</p>}
        <div class="buttons">
          <button type="button" onClick={modal.onClose}>{text.cancel}</button>
          <button type="submit" class={dangerous ? "main danger" : "main"} disabled={busy}>
            {confirm}
          </button>
        </div>
      </form>
    </Modal>
  );
}
