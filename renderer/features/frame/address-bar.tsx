import type { ReactNode } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Kbd } from '../../components/small.tsx';
import { useSession } from '../../state/session-context.ts';

const onMac = navigator.platform.startsWith('Mac');

/** Looks like a field, and opens the palette, which is one. */
export function AddressBar(): ReactNode {
  const { dialogs } = useSession();
  return (
    <button
      type="button"
      className="b-address"
      aria-haspopup="dialog"
      aria-keyshortcuts={onMac ? 'Meta+K' : 'Control+K'}
      onClick={() => dialogs.show({ kind: 'palette', text: '' })}
    >
      <Icon name="search" />
      <span className="b-grow b-cut">Host, filter or command</span>
      <Kbd>{onMac ? '⌘ K' : 'Ctrl K'}</Kbd>
    </button>
  );
}
