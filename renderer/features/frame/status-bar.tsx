import { useMemo, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { formatAgo, plural } from '../../../shared/logic/format.ts';
import { Icon, StateWord } from '../../components/icon.tsx';
import { Kbd } from '../../components/small.tsx';
import { useNow } from '../../state/clock.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { runningOperations } from '../../state/operations-store.ts';
import { routeHref } from '../../state/route.ts';
import { useFleet, useOperations, useSession, useWorkspaces } from '../../state/session-context.ts';

export function StatusBar(): ReactNode {
  const { info, dialogs } = useSession();
  const running = useOperations((state) => runningOperations(state).length);
  return (
    <footer className="b-statusbar" data-region="status">
      {info.demo !== null && <Demo hosts={info.demo} canLeave={!info.demoOnly} />}
      <ReadOnly />
      <Connected />
      {running > 0 && (
        <a className="b-statusbar__link" href={routeHref({ page: 'operations' })}>
          <StateWord icon="in-progress" tone="accent">
            {plural(running, 'operation')} running
          </StateWord>
        </a>
      )}
      <span className="b-grow" />
      <LastRead />
      <StateWord icon="key" tone="muted">
        {info.agentKeys === null ? 'no ssh-agent' : `ssh-agent: ${plural(info.agentKeys, 'key')}`}
      </StateWord>
      <DockButton />
      <button type="button" className="b-statusbar__link" onClick={() => dialogs.show({ kind: 'keys' })}>
        <Kbd>?</Kbd> Keys
      </button>
    </footer>
  );
}

/** The way to the dock by mouse; while it is open, or closed with tabs, its own bar has one. */
function DockButton(): ReactNode {
  const { dock, terminals } = useSession();
  const isOpen = useStore(dock, (state) => state.open);
  const count = useStore(terminals, (state) => state.terminals.size);
  if (isOpen || count > 0) return null;
  return (
    <button
      type="button"
      className="b-statusbar__link"
      onClick={() => {
        dock.setOpen(true);
        dock.takeFocus();
      }}
    >
      <Kbd>Ctrl `</Kbd> Terminal
    </button>
  );
}

/** Read-only mode, wherever one is; it leads to where it is turned off. */
function ReadOnly(): ReactNode {
  const { settings } = useSession();
  const isOn = useStore(settings, (state) => state.settings.readOnlyMode);
  if (!isOn) return null;
  return (
    <a
      className="b-statusbar__readonly"
      href={routeHref({ page: 'settings' })}
      title="Berth starts nothing on any host. The settings turn it off."
    >
      <Icon name="lock" /> Read-only mode
    </a>
  );
}

function Connected(): ReactNode {
  const { rows, live, revision } = useFleet((state) => state);
  const connected = useMemo(() => {
    let count = 0;
    for (const row of rows.values()) if (row.connection === 'connected') count += 1;
    return count;
  }, [rows]);
  if (!live && revision !== null) {
    return (
      <StateWord icon="disconnected" tone="warn">
        What is shown may be old: watching again
      </StateWord>
    );
  }
  if (rows.size === 0) return <span>{revision === null ? 'Loading' : 'No hosts yet'}</span>;
  return (
    <StateWord icon="connected" tone={connected > 0 ? 'ok' : 'muted'}>
      {connected.toLocaleString('en')} of {rows.size.toLocaleString('en')} connected
    </StateWord>
  );
}

function LastRead(): ReactNode {
  const now = useNow();
  const rows = useFleet((state) => state.rows);
  const newest = useMemo(() => {
    let time: number | null = null;
    for (const { factsReadAt } of rows.values()) {
      if (factsReadAt !== null && (time === null || factsReadAt > time)) time = factsReadAt;
    }
    return time;
  }, [rows]);
  if (newest === null) return rows.size === 0 ? <span>Nothing has been contacted</span> : null;
  return <span className="b-wide">Last read {formatAgo(newest, now)}</span>;
}

function Demo({ hosts, canLeave }: { readonly hosts: number; readonly canLeave: boolean }): ReactNode {
  const { toasts } = useSession();
  const { closeDemo } = useWorkspaces();
  const [leaving, setLeaving] = useState(false);

  async function leave(): Promise<void> {
    setLeaving(true);
    try {
      await closeDemo();
    } catch (error) {
      setLeaving(false);
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    }
  }

  return (
    <span className="b-statusbar__demo">
      <b>Demo</b>
      <span className="b-wide">{hosts.toLocaleString('en')} simulated hosts</span>
      {canLeave && (
        <button type="button" className="b-statusbar__link" disabled={leaving} onClick={() => void leave()}>
          Leave the demo
        </button>
      )}
    </span>
  );
}
