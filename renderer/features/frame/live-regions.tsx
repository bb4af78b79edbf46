import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useSession } from '../../state/session-context.ts';

/** Where screen readers hear of what happens (announcer.ts). The key makes the same words news again. */
export function LiveRegions(): ReactNode {
  const { polite, assertive } = useStore(useSession().announcer);
  return (
    <>
      <div className="b-hidden" aria-live="polite" role="status">
        <span key={polite.count}>{polite.text}</span>
      </div>
      <div className="b-hidden" aria-live="assertive">
        <span key={assertive.count}>{assertive.text}</span>
      </div>
    </>
  );
}
