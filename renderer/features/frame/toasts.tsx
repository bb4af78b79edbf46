import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { Button, IconButton } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { useSession } from '../../state/session-context.ts';
import type { Toast } from '../../state/toasts-store.ts';

const icons = {
  ok: 'check-circle',
  info: 'info-circle',
  warn: 'exclamation-triangle',
  danger: 'exclamation-circle',
} as const;
const tones = { ok: 'ok', info: 'update', warn: 'warn', danger: 'danger' } as const;

/** Short messages in the corner, the newest at the bottom. */
export function Toasts(): ReactNode {
  const { toasts } = useSession();
  const shown = useStore(toasts, (state) => state.toasts);
  return (
    <section className="b-toasts" aria-label="Messages">
      {shown.map((toast) => (
        <ToastView key={toast.id} toast={toast} onClose={() => toasts.dismiss(toast.id)} />
      ))}
    </section>
  );
}

function ToastView({ toast, onClose }: { readonly toast: Toast; readonly onClose: () => void }): ReactNode {
  const { action } = toast;
  return (
    <div className="b-toast" role={toast.tone === 'danger' ? 'alert' : 'status'}>
      <Icon name={icons[toast.tone]} tone={tones[toast.tone]} />
      <span className="b-grow">{toast.text}</span>
      {action && (
        <Button
          variant="link"
          onClick={() => {
            onClose();
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton icon="times" label="Close the message" onClick={onClose} />
    </div>
  );
}
