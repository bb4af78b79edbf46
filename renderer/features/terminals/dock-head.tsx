import { useMemo, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { IconButton } from '../../components/button.tsx';
import { MenuButton, type MenuItem } from '../../components/menu.tsx';
import { operationTitle } from '../../parts/operation-words.ts';
import { dockTab } from '../../state/dock-store.ts';
import { runningOperations } from '../../state/operations-store.ts';
import { useOperations, useSession } from '../../state/session-context.ts';
import { useDock, useDockState } from './dock-context.ts';
import { DockTabs } from './dock-tabs.tsx';
import { focusedPane } from './layout.ts';
import { NewTerminalMenu } from './new-terminal.tsx';
import { terminalMenu } from './terminal-menu.ts';

/** Logs of running operations that are offered. */
const LOGS = 6;

/** The row of tabs, and what can be done with the one that is chosen. It is all that is left of a closed dock. */
export function DockHead(): ReactNode {
  const session = useSession();
  const { dock, terminals } = session;
  const model = useDock();
  const isOpen = useStore(dock, (state) => state.open);
  const tab = useDockState(({ layout }) => focusedPane(layout).tab);
  const id = tab?.startsWith('terminal:') ? tab.slice('terminal:'.length) : null;
  const info = useStore(terminals, (state) => (id === null ? undefined : state.terminals.get(id)));
  const operations = useOperations((state) => state);
  const running = useMemo(() => runningOperations(operations).slice(0, LOGS), [operations]);
  const isBroadcasting = useDockState((state) => state.broadcast !== null);
  const isFinding = useDockState((state) => state.finding !== null && state.finding === tab);
  const [splitItems] = useState(() => [
    { label: 'Side by side', icon: 'columns' as const, run: () => model.act('split-right') },
    { label: 'One above the other', icon: 'minus' as const, run: () => model.act('split-below') },
  ]);

  return (
    <div className="dock__head">
      <DockTabs />
      <NewTerminalMenu />
      <span className="b-grow" />
      {isOpen && info && (
        <>
          <IconButton
            icon="search"
            label="Find in the terminal (Ctrl Shift F)"
            aria-expanded={isFinding}
            onClick={() => (isFinding ? model.setFinding(null) : model.act('find'))}
          />
          <MenuButton icon="columns" label="Split" items={splitItems} />
          <IconButton
            icon="broadcast-tower"
            label={isBroadcasting ? 'Stop the broadcast (Ctrl Shift B)' : 'Broadcast what is typed… (Ctrl Shift B)'}
            aria-pressed={isBroadcasting}
            onClick={() => model.act('broadcast')}
          />
          <MenuButton
            icon="circle"
            label={info.recording ? 'Recording' : 'Record'}
            items={
              info.recording
                ? [{ label: 'Stop recording', icon: 'stop-circle', run: () => model.record(info.id, false, false) }]
                : [
                    {
                      label: 'Record what is printed',
                      icon: 'circle',
                      run: () => model.record(info.id, true, false),
                    },
                    {
                      label: 'Record what is typed too: passwords are in it',
                      icon: 'exclamation-triangle',
                      run: () => model.record(info.id, true, true),
                    },
                  ]
            }
          />
        </>
      )}
      {isOpen && (
        <MenuButton
          label="More of the dock"
          items={[
            ...(info ? terminalMenu(model, info) : []),
            ...running.map((operation, index): MenuItem => ({
              label: `Log: ${operationTitle(operation.plan)}`,
              icon: 'in-progress',
              separated: index === 0 && info !== undefined,
              run: () => model.show(dockTab.operation(operation.id)),
            })),
            {
              label: 'Recordings',
              icon: 'history',
              separated: info !== undefined,
              run: () => model.show(dockTab.recordings),
            },
          ]}
        />
      )}
      <IconButton
        icon={isOpen ? 'chevron-down' : 'chevron-up'}
        label={isOpen ? 'Close the dock (Ctrl `)' : 'Open the dock (Ctrl `)'}
        aria-expanded={isOpen}
        onClick={() => {
          dock.setOpen(!isOpen);
          if (!isOpen) dock.takeFocus();
        }}
      />
    </div>
  );
}
