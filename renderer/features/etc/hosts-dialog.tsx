import { useEffect, useState, type ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import type { EtcView } from '../../../shared/model/etc.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import type { Session } from '../../state/session.ts';
import './etc-dialogs.css';
import { HostChoice } from './host-choice.tsx';
import { HostsMatrix } from './hosts-matrix.tsx';

/** What hosts have in common of their drift, and what not. */
export type HostsComparison = Awaited<ReturnType<Session['client']['etc']['compareHosts']>>;

type State =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'compared'; readonly compared: HostsComparison }
  | { readonly kind: 'failed'; readonly text: string };

/** The contract takes no more. */
const MOST_HOSTS = 500;

/** Compares the drift of hosts: those with the same one are a group, the odd one out first. One host alone is asked what with. */
export function EtcHostsDialog({
  hostIds,
  view,
  onClose,
}: {
  readonly hostIds: readonly string[];
  readonly view: EtcView;
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useSession();
  const rows = useFleet((state) => state.rows);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(hostIds));
  const [asked, setAsked] = useState<readonly string[] | null>(hostIds.length > 1 ? hostIds : null);
  const [told, setTold] = useState<State>({ kind: 'reading' });
  const state: State = asked === null ? { kind: 'choosing' } : told;

  useEffect(() => {
    if (asked === null) return undefined;
    let current = true;
    client.etc.compareHosts({ hostIds: asked.slice(0, MOST_HOSTS), view }).then(
      (compared) => current && setTold({ kind: 'compared', compared }),
      (error: unknown) => current && setTold({ kind: 'failed', text: failureText(failureOf(error)) }),
    );
    return () => {
      current = false;
    };
  }, [client, asked, view]);

  const nameOf = (id: string) => rows.get(id)?.name ?? id;
  const first = nameOf(hostIds[0] ?? '');
  return (
    <Dialog
      title={asked === null ? `Compare /etc of ${first} with …` : `/etc of ${plural(asked.length, 'host')}`}
      width={1040}
      onClose={onClose}
      footer={
        <>
          {asked === null && (
            <Button
              variant="primary"
              size="normal"
              disabledBecause={chosen.size < 2 ? 'Choose at least two hosts.' : undefined}
              onClick={() => chosen.size >= 2 && setAsked([...chosen])}
            >
              Compare {plural(chosen.size, 'host')}
            </Button>
          )}
          <Button size="normal" variant={asked === null ? 'link' : 'secondary'} onClick={onClose}>
            {asked === null ? 'Cancel' : 'Close'}
          </Button>
        </>
      }
    >
      {state.kind === 'choosing' && (
        <>
          <p>Hosts that have not been compared yet are connected to and read. Nothing is written there.</p>
          <HostChoice like={hostIds[0] ?? ''} chosen={chosen} onChoose={setChosen} />
        </>
      )}
      {state.kind === 'reading' && (
        <p role="status">
          <Icon name="in-progress" tone="accent" /> Comparing; hosts that were not compared yet are read first …
        </p>
      )}
      {state.kind === 'failed' && (
        <p role="alert">
          <Icon name="exclamation-circle" tone="danger" /> {state.text}
        </p>
      )}
      {state.kind === 'compared' && <HostsMatrix compared={state.compared} nameOf={nameOf} />}
    </Dialog>
  );
}
