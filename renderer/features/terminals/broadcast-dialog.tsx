import { useMemo, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { plural } from '../../../shared/logic/format.ts';
import { productionTag } from '../../../shared/logic/guard-rails.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Tag } from '../../components/small.tsx';
import { TypedNamesField, useTypedNames } from '../../parts/typed-names.tsx';
import { useFleet, useSession } from '../../state/session-context.ts';
import { useDock, useDockState, useTerminalNames } from './dock-context.ts';
import { panesOf } from './layout.ts';

/** Chooses the terminals that get what is typed into one of them. Those on the screen are chosen to begin with, but for production hosts. */
export function BroadcastDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { terminals: store, settings: settingsStore } = useSession();
  const model = useDock();
  const terminals = useStore(store, (state) => state.terminals);
  const settings = useStore(settingsStore, (state) => state.settings);
  const closing = useDockState((state) => state.closing);
  const layout = useDockState((state) => state.layout);
  const rows = useFleet((state) => state.rows);
  const names = useTerminalNames();
  const open = useMemo(
    () =>
      [...terminals.values()]
        .filter(({ id, state }) => state.kind === 'open' && !closing.has(id))
        .map(({ id, hostId }) => ({
          id,
          row: rows.get(hostId),
          tag: productionTag(settings, rows.get(hostId)?.tags ?? []),
        })),
    [terminals, closing, rows, settings],
  );
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => {
    const shown = new Set(panesOf(layout.root).map(({ tab }) => tab));
    return new Set(open.filter(({ id, tag }) => tag === null && shown.has(`terminal:${id}`)).map(({ id }) => id));
  });
  const receivers = open.filter(({ id }) => chosen.has(id));
  const production = useMemo(
    () => [
      ...new Map(
        receivers.flatMap(({ row, tag }) => (row && tag !== null ? [[row.id, { name: row.name, tag }] as const] : [])),
      ).values(),
    ],
    [receivers],
  );
  const typed = useTypedNames(production);
  const because = receivers.length < 2 ? 'Choose at least two terminals.' : (typed.missing ?? undefined);

  function toggle(id: string): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  }

  return (
    <Dialog
      title="Type into several terminals"
      width={520}
      onClose={onClose}
      footer={
        <>
          <Button size="normal" onClick={onClose}>
            Cancel
          </Button>
          <Button
            size="normal"
            variant="primary"
            disabledBecause={because}
            onClick={() => {
              if (because !== undefined) return;
              model.broadcastTo(receivers.map(({ id }) => id));
              onClose();
              const [first] = receivers;
              if (first) model.show(`terminal:${first.id}`);
            }}
          >
            Broadcast to {plural(receivers.length, 'terminal')}
          </Button>
        </>
      }
    >
      <p className="b-subtle">
        Whatever is typed or pasted into one of these goes to all of them, until it is stopped or nobody types for{' '}
        {settings.terminal.broadcastIdleSeconds} seconds.
      </p>
      {open.length < 2 && <p>Fewer than two terminals are open.</p>}
      <ul className="dock__receivers" aria-label="Terminals that are open">
        {open.map(({ id, row, tag }) => (
          <li key={id}>
            <label>
              <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
              <span className="b-cut">{names.get(id)}</span>
              {row?.tags.map((each) => (
                <Tag key={each} strong={each === tag} title={each === tag ? 'A production host' : undefined}>
                  {each}
                </Tag>
              ))}
            </label>
          </li>
        ))}
      </ul>
      <TypedNamesField names={typed} />
    </Dialog>
  );
}
