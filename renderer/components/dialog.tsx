import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { Icon, type Tone } from './icon.tsx';
import type { IconName } from './icons.ts';

const FOCUSABLE = 'a[href], button, input, textarea, select, [tabindex]';

/**
 * A modal dialog on the platform's own `dialog`: the page behind is inert, the focus stays inside and returns to where it was.
 * Esc calls `onClose`, which must be the safe answer. The focus starts on what says `autoFocus`, else on the first field, else on the first button of the footer.
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
  const bodyId = useId();

  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    const body = dialog?.querySelector<HTMLElement>('.b-dialog__body');
    // Longer than the window, and nothing in it that could have the focus: it is scrolled by keys all the same.
    if (body && body.scrollHeight > body.clientHeight && !body.querySelector(FOCUSABLE)) body.tabIndex = 0;
    const first = ['[data-autofocus]', 'input, textarea, select', '.b-dialog__foot button', 'button'];
    first
      .map((selector) => dialog?.querySelector<HTMLElement>(selector))
      .find((element) => element)
      ?.focus();
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
      className="b-dialog"
      role={alert ? 'alertdialog' : undefined}
      aria-modal="true"
      aria-labelledby={titleId}
      aria-describedby={alert ? bodyId : undefined}
      style={{ inlineSize: width }}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="b-dialog__head">
        {icon && <Icon name={icon.name} tone={icon.tone} />}
        <h2 id={titleId}>{title}</h2>
      </div>
      <div className="b-dialog__body" id={bodyId}>
        {children}
      </div>
      {footer !== undefined && <div className="b-dialog__foot">{footer}</div>}
    </dialog>
  );
}
