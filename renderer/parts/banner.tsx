import type { ReactNode } from 'react';
import { Icon, type Tone } from '../components/icon.tsx';
import type { IconName } from '../components/icons.ts';
import './parts.css';

interface BannerProps {
  readonly icon: IconName;
  readonly tone: Tone;
  /** One sentence. */
  readonly title: ReactNode;
  /** At most three short facts, or a paragraph. */
  readonly details?: ReactNode;
  readonly action?: ReactNode;
  readonly children?: ReactNode;
}

/** The one thing to know about what the page shows: a sentence, then facts, at most one button. */
export function Banner({ icon, tone, title, details, action, children }: BannerProps): ReactNode {
  return (
    <section className={`banner banner--${tone}`}>
      <span className="banner__i">
        <Icon name={icon} />
      </span>
      <div className="banner__t">{title}</div>
      {details !== undefined && <div className="banner__d">{details}</div>}
      {action !== undefined && <div className="banner__a">{action}</div>}
      {children !== undefined && children !== false && <div className="banner__w">{children}</div>}
    </section>
  );
}
