import { Suspense, type ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { lazyPart } from '../../components/lazy-part.ts';
import { LogPane } from '../../log-terminal/log-pane.tsx';
import { operationTitle } from '../../parts/operation-words.ts';
import { navigate } from '../../state/route.ts';
import { useOperations } from '../../state/session-context.ts';
import { RecordingsList } from './recordings-list.tsx';
import { ShellPane } from './shell-pane.tsx';

const Player = lazyPart(async () => (await import('./player.tsx')).Player);

/** What a tab of the dock shows. */
export function TabContent({ tab }: { readonly tab: string }): ReactNode {
  const [kind, ...rest] = tab.split(':');
  const id = rest.join(':');
  switch (kind) {
    case 'terminal':
      return <ShellPane terminalId={id} />;
    case 'operation':
      return <OperationLog operationId={id} />;
    case 'recording':
      return (
        <Suspense fallback={null}>
          <Player recordingId={id} />
        </Suspense>
      );
    default:
      return (
        <div className="dock__page" tabIndex={-1} data-pane-focus>
          <RecordingsList hostId={null} />
        </div>
      );
  }
}

function OperationLog({ operationId }: { readonly operationId: string }): ReactNode {
  const operation = useOperations((state) => state.operations.get(operationId));
  return (
    <div className="dock__log" tabIndex={-1} data-pane-focus>
      <div className="dock__strip">
        <span className="b-cut b-grow">{operation ? operationTitle(operation.plan) : 'An operation'}</span>
        <Button variant="link" onClick={() => navigate({ page: 'operation', operationId })}>
          Open operation
        </Button>
      </div>
      <LogPane operationId={operationId} />
    </div>
  );
}
