import { useState, type ReactNode } from 'react';
import type { EtcComparison } from '../../../shared/model/etc.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import type { MenuItem } from '../../components/menu.tsx';
import { useSession } from '../../state/session-context.ts';
import { ChangesDialog } from './changes-dialog.tsx';
import { RulesDialog } from './rules-dialog.tsx';

/** What can be done with the whole of /etc, and the dialog that is open for it. */
export function useListMenu({
  detail,
  comparison,
  layout,
  onLayout,
  compareAgain,
}: {
  readonly detail: HostDetail;
  readonly comparison: EtcComparison;
  readonly layout: 'outcomes' | 'tree';
  readonly onLayout: (layout: 'outcomes' | 'tree') => void;
  readonly compareAgain: () => void;
}): { readonly items: readonly MenuItem[]; readonly dialog: ReactNode } {
  const { dialogs } = useSession();
  const [open, setOpen] = useState<'rules' | 'changes' | null>(null);
  const close = () => setOpen(null);
  const hostIds = [detail.host.id];
  return {
    items: [
      { label: 'Grouped by outcome', checked: layout === 'outcomes', run: () => onLayout('outcomes') },
      { label: 'As folders', checked: layout === 'tree', run: () => onLayout('tree') },
      { label: 'Expected files…', icon: 'filter', separated: true, run: () => setOpen('rules') },
      { label: 'Changes over time…', icon: 'history', run: () => setOpen('changes') },
      {
        label: 'Compare with other hosts…',
        icon: 'columns',
        separated: true,
        run: () => dialogs.show({ kind: 'etc-hosts', hostIds, view: 'drift' }),
      },
      {
        label: 'Save a report…',
        icon: 'download',
        run: () => dialogs.show({ kind: 'etc-report', hostIds, view: comparison.view }),
      },
    ],
    dialog: (
      <>
        {open === 'rules' && (
          <RulesDialog hostId={detail.host.id} hostName={detail.host.name} onChanged={compareAgain} onClose={close} />
        )}
        {open === 'changes' && <ChangesDialog hostId={detail.host.id} path={null} onClose={close} />}
      </>
    ),
  };
}
