import { useMemo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { changesText } from '../../parts/source-text.ts';
import { useSession } from '../../state/session-context.ts';
import './source-strip.css';

/** One calm line when the files that hosts came from have changed. Nothing is taken over before somebody looks. */
export function SourceStrip(): ReactNode {
  const { sources: store, dialogs } = useSession();
  const sources = useStore(store, (state) => state.sources);
  const texts = useMemo(() => sources.map(changesText).filter((text) => text !== null), [sources]);
  if (texts.length === 0) return null;
  return (
    <p className="fleet-sources" role="status">
      <Icon name="info-circle" tone="update" />
      <span className="b-cut" title={texts.join('\n')}>
        {texts.join('; ')}
      </span>
      <Button variant="link" onClick={() => dialogs.show({ kind: 'sources' })}>
        Look at it…
      </Button>
    </p>
  );
}
