import type { ReactNode } from 'react';
import { PRIORITY_NAMES } from '../../../shared/logic/journal-lines.ts';
import { Icon, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';

const looks: readonly { readonly icon: IconName; readonly tone: Tone }[] = [
  { icon: 'ban', tone: 'danger' },
  { icon: 'ban', tone: 'danger' },
  { icon: 'times-circle', tone: 'danger' },
  { icon: 'exclamation-circle', tone: 'danger' },
  { icon: 'exclamation-triangle', tone: 'warn' },
  { icon: 'info-circle', tone: 'update' },
  { icon: 'circle', tone: 'muted' },
  { icon: 'ring', tone: 'muted' },
];

/** How bad an entry is: an icon with a shape of its own, a colour, and journalctl's word. */
export function Priority({ priority }: { readonly priority: number | null }): ReactNode {
  const look = priority === null ? undefined : looks[priority];
  if (priority === null || !look) return <span className="logs-prio">–</span>;
  return (
    <span className={priority >= 6 ? 'logs-prio logs-prio--quiet' : 'logs-prio'}>
      <Icon name={look.icon} tone={look.tone} />
      {PRIORITY_NAMES[priority]}
    </span>
  );
}
