import type { ReactNode } from 'react';
import { Icon, type Tone } from './icon.tsx';
import type { IconName } from './icons.ts';

/** In place of content that is not there: what, why, and what to do. */
export function EmptyState({
  icon,
  tone = 'muted',
  title,
  children,
}: {
  readonly icon: IconName;
  readonly tone?: Tone;
  readonly title: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className="b-empty">
      <Icon name={icon} tone={tone} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
