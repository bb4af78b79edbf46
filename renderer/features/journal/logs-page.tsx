import './journal.css';
import { useMemo, useState, type ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import { journalLimits } from '../../../shared/model/journal-limits.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { TopBar } from '../../components/top-bar.tsx';
import { navigate } from '../../state/route.ts';
import { useFleet } from '../../state/session-context.ts';
import { hostHue } from './host-hue.ts';
import { HostsDialog } from './hosts-dialog.tsx';
import { JournalPane } from './journal-pane.tsx';

/** Hosts that are named in the bar; the rest is a number. */
const NAMED = 8;

/** The journals of chosen hosts, live and in one order of time. */
export function LogsPage({
  hostIds,
  filter,
}: {
  readonly hostIds: readonly string[];
  readonly filter: string;
}): ReactNode {
  const rows = useFleet((state) => state.rows);
  const loaded = useFleet((state) => state.revision !== null);
  const [isChoosing, setChoosing] = useState(false);
  const names = hostIds
    .flatMap((id) => rows.get(id) ?? [])
    .map(({ id, name }) => `${id}\n${name}`)
    .join('\0');
  const hosts = useMemo(
    () =>
      names === ''
        ? []
        : names
            .split('\0')
            .slice(0, journalLimits.hosts)
            .map((each) => {
              const [id = '', name = ''] = each.split('\n');
              return { id, name };
            }),
    [names],
  );
  return (
    <>
      <TopBar
        actions={
          <Button icon="server" onClick={() => setChoosing(true)}>
            Choose hosts…
          </Button>
        }
      >
        <h1>Logs</h1>
        <span className="logs-hosts b-wide">
          {hosts.slice(0, NAMED).map(({ id, name }, index) => (
            <span key={id} className="logs-host" style={hosts.length > 1 ? hostHue(index) : undefined}>
              {name}
            </span>
          ))}
          {hosts.length > NAMED && (
            <span className="b-subtle b-small">and {plural(hosts.length - NAMED, 'more host')}</span>
          )}
        </span>
      </TopBar>
      {hosts.length > 0 ? (
        // Another choice is another list.
        <JournalPane key={names} hosts={hosts} filter={filter} boots={null} />
      ) : (
        loaded && (
          <EmptyState icon="history" title="Whose journals?">
            <p>
              Choose up to {plural(journalLimits.hosts, 'host')}: their entries come live, in one order of time. The
              whole journal of one host, with its boots, is on the page of the host.
            </p>
            <Button variant="primary" onClick={() => setChoosing(true)}>
              Choose hosts…
            </Button>
          </EmptyState>
        )
      )}
      {isChoosing && (
        <HostsDialog
          chosen={hosts.map(({ id }) => id)}
          onClose={() => setChoosing(false)}
          onChoose={(ids) => {
            setChoosing(false);
            navigate({ page: 'logs', hostIds: ids, filter });
          }}
        />
      )}
    </>
  );
}
