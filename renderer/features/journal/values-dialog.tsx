import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import { journalLimits } from '../../../shared/model/journal-limits.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { PickList } from '../../components/pick-list.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';

/** A field that one chooses values of, and what those are called. */
export const valueFields = {
  unit: { field: '_SYSTEMD_UNIT', name: 'unit', title: 'Which units?' },
  id: { field: 'SYSLOG_IDENTIFIER', name: 'identifier', title: 'Which identifiers?' },
} as const;

type State =
  | { readonly kind: 'reading' }
  | { readonly kind: 'known'; readonly values: readonly string[]; readonly cut: boolean }
  | { readonly kind: 'failed'; readonly text: string };

/** The units (identifiers) that have said something in the journal of a host, to choose from. */
export function ValuesDialog({
  hostId,
  of,
  chosen,
  onChoose,
  onClose,
}: {
  readonly hostId: string;
  readonly of: keyof typeof valueFields;
  readonly chosen: readonly string[];
  readonly onChoose: (values: readonly string[]) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useSession();
  const { field, name, title } = valueFields[of];
  const [state, setState] = useState<State>({ kind: 'reading' });
  const [text, setText] = useState('');
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set(chosen));
  useEffect(() => {
    let isWanted = true;
    client.journal.values({ hostId, field }).then(
      ({ values, cut }) => {
        if (isWanted) setState({ kind: 'known', values, cut });
      },
      (error: unknown) => {
        if (isWanted) setState({ kind: 'failed', text: failureText(failureOf(error)) });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [client, hostId, field]);
  const items = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const values = state.kind === 'known' ? state.values : [];
    return values.filter((value) => value.toLowerCase().includes(wanted)).map((id) => ({ id, canPick: true }));
  }, [state, text]);
  const because = picked.size > journalLimits.terms ? `At most ${plural(journalLimits.terms, name)}.` : undefined;
  return (
    <Dialog
      title={title}
      width={520}
      onClose={onClose}
      footer={
        <>
          <Button variant="primary" size="normal" disabledBecause={because} onClick={() => onChoose([...picked])}>
            {picked.size === 0 ? `All ${name}s` : `Only ${plural(picked.size, name)}`}
          </Button>
          <Button variant="link" size="normal" onClick={onClose}>
            Cancel
          </Button>
        </>
      }
    >
      <TextField label="Name" mono autoFocus value={text} onChange={setText} />
      {state.kind === 'reading' && <p role="status">Reading what there is…</p>}
      {state.kind === 'failed' && <p role="alert">{state.text}</p>}
      {state.kind === 'known' && (
        <>
          <div className="logs-pick">
            <PickList
              label={`All ${name}s`}
              head={<span>{plural(items.length, name)}</span>}
              items={items}
              picked={picked}
              onPick={setPicked}
            >
              {({ id }) => <span className="b-mono b-cut">{id}</span>}
            </PickList>
          </div>
          {state.cut && <p className="b-subtle b-small">There are more; any name can be written in the filter.</p>}
        </>
      )}
    </Dialog>
  );
}
