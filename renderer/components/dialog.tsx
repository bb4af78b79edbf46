import '@patternfly/react-styles/css/components/ModalBox/modal-box.css';
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { Icon, type Tone } from './icon.tsx';
import type { IconName } from './icons.ts';

/**
 * A modal dialog on the platform's own `dialog`: the page behind is inert, the focus stays inside and returns to where it was.
 * Esc calls `onClose`, which must be the safe answer. The focus starts on the element with `autofocus`, else on the first that takes it.
 */
export function Dialog({
  title,
  icon,
  width = 560,
  alert = false,
  onClose,
  footer,
  children,
}: {
  readonly title: ReactNode;
  readonly icon?: { readonly name: IconName; readonly tone: Tone };
  /** CSS pixels. */
  readonly width?: number;
  /** For questions that interrupt. */
  readonly alert?: boolean;
  readonly onClose: () => void;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    // React gives autoFocus when it mounts, which is before the dialog is open: say it again now that it can be taken.
    dialog?.querySelector<HTMLElement>('[data-autofocus], input:not([type=hidden]), textarea, select, button')?.focus();
    dialog?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  function onKeyDown(event: KeyboardEvent): void {
    // Keys of the page (Space selects a row, …) must not reach it from a dialog above it.
    event.stopPropagation();
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    onClose();
  }

  return (
    <dialog
      ref={ref}
      className="b-dialog pf-v6-c-modal-box"
      role={alert ? 'alertdialog' : undefined}
      aria-modal="true"
      aria-labelledby={titleId}
      style={{ inlineSize: width }}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="b-dialog__head">
        {icon && <Icon name={icon.name} tone={icon.tone} />}
        <h2 id={titleId}>{title}</h2>
      </header>
      <div className="b-dialog__body">{children}</div>
      {footer !== undefined && <footer className="b-dialog__foot">{footer}</footer>}
    </dialog>
  );
}
