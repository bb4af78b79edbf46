import { useMemo, useState, type ReactNode } from 'react';
import { filterRows, parseFilter } from '../../../shared/logic/fleet-filter.ts';
import { plural } from '../../../shared/logic/format.ts';
import { journalLimits } from '../../../shared/model/journal-limits.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { PickList } from '../../components/pick-list.tsx';
import { useNow } from '../../state/clock.ts';
import { useFleet } from '../../state/session-context.ts';

/** Which hosts' journals are shown. */
export function HostsDialog({
  chosen,
  onChoose,
  onClose,
}: {
  readonly chosen: readonly string[];
  readonly onChoose: (hostIds: readonly string[]) => void;
  readonly onClose: () => void;
}): ReactNode {
  const rows = useFleet((state) => state.rows);
  const now = useNow();
  const [text, setText] = useState('');
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set(chosen));
  const items = useMemo(() => {
    const filter = parseFilter(text);
    return filterRows(rows.values(), filter, now)
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
      .map(({ id, name, group, connection }) => ({ id, name, group, connection, canPick: true }));
  }, [rows, text, now]);
  const because =
    picked.size === 0
      ? 'No host is chosen.'
      : picked.size > journalLimits.hosts
        ? `At most ${plural(journalLimits.hosts, 'host')}.`
        : undefined;
  return (
    <Dialog
      title="Journals of which hosts?"
      width={560}
      onClose={onClose}
      footer={
        <>
          <Button
            variant="primary"
            size="normal"
            disabledBecause={because}
            onClick={() => onChoose([...rows.keys()].filter((id) => picked.has(id)))}
          >
            Show {plural(picked.size, 'host')}
          </Button>
          <Button
            size="normal"
            onClick={() => setPicked(new Set(items.slice(0, journalLimits.hosts).map(({ id }) => id)))}
          >
            All of the list
          </Button>
          <Button size="normal" onClick={() => setPicked(new Set())}>
            None
          </Button>
          <span className="b-grow" />
          <Button variant="link" size="normal" onClick={onClose}>
            Cancel
          </Button>
        </>
      }
    >
      <TextField
        label="Filter"
        mono
        autoFocus
        value={text}
        placeholder="web-* or group:edge"
        hint={`As in the fleet; ${plural(items.length, 'host')}.`}
        onChange={setText}
      />
      <div className="logs-pick">
        <PickList label="Hosts" head={<span>Host</span>} items={items} picked={picked} onPick={setPicked}>
          {({ name, group, connection }) => (
            <>
              <span className="b-cut b-grow">{name}</span>
              <span className="b-subtle b-small">{[group, connection].filter(Boolean).join(', ')}</span>
            </>
          )}
        </PickList>
      </div>
    </Dialog>
  );
}
