import './sources.css';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import type { ApplyChanges, Discovery, SourcePlace } from '../../../shared/model/source.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { FoundHosts } from './found-hosts.tsx';
import { ImportOptions } from './import-options.tsx';
import { PlaceForm } from './place-form.tsx';
import { useDiscovery } from './use-discovery.ts';

/** Brings hosts from a file or a command into the fleet: where from, what is there, which of it, into which group. */
export function ImportDialog({
  from,
  onClose,
}: {
  readonly from: SourcePlace['kind'];
  readonly onClose: () => void;
}): ReactNode {
  const { client, toasts } = useSession();
  const [place, setPlace] = useState<SourcePlace | null>(from === 'ssh-config' ? { kind: from } : null);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [group, setGroup] = useState('');
  const [apply, setApply] = useState<ApplyChanges>('ask');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const pickNew = useCallback((discovery: Discovery) => {
    setPicked(new Set(discovery.hosts.filter(isNew).map(({ name }) => name)));
  }, []);
  const look = useDiscovery(place, pickNew);
  const names = useMemo(
    () => (look.kind === 'read' ? look.discovery.hosts.map(({ name }) => name).filter((name) => picked.has(name)) : []),
    [look, picked],
  );

  async function importHosts(of: SourcePlace): Promise<void> {
    setProblem(null);
    setBusy(true);
    try {
      const wanted = group.trim();
      const result = await client.source.import({ place: of, names, group: wanted === '' ? null : wanted, apply });
      onClose();
      const refused = result.refused.length > 0 ? ` ${plural(result.refused.length, 'host')} could not be taken.` : '';
      toasts.add({
        tone: result.refused.length > 0 ? 'warn' : 'ok',
        text: `${plural(result.added.length, 'host')} came into the fleet.${refused}`,
      });
    } catch (error) {
      setBusy(false);
      setProblem(failureText(failureOf(error)));
    }
  }

  const none = names.length === 0 ? 'No host is chosen.' : undefined;
  return (
    <Dialog
      title="Import hosts"
      width={920}
      onClose={onClose}
      footer={
        <>
          {look.kind === 'read' && (
            <Button
              variant="primary"
              busy={busy}
              disabledBecause={none}
              onClick={() => {
                if (names.length > 0 && !busy) void importHosts(look.place);
              }}
            >
              Import {plural(names.length, 'host')}
            </Button>
          )}
          <Button variant="link" onClick={onClose}>
            Cancel
          </Button>
          <span className="b-grow" />
          {look.kind === 'read' && (
            <span className="b-subtle b-small b-wide">
              Nothing is written to the source, and nothing is contacted by looking at it.
            </span>
          )}
        </>
      }
    >
      <PlaceForm
        initial={from}
        onRead={(wanted) => {
          setProblem(null);
          setPlace(wanted);
        }}
      />
      <div role="status" className="import__status">
        {look.kind === 'reading' && (
          <>
            <Icon name="in-progress" tone="accent" /> Reading
          </>
        )}
      </div>
      {look.kind === 'failed' && <Problem text={look.text} />}
      {look.kind === 'read' && (
        <>
          <FoundHosts key={JSON.stringify(look.place)} discovery={look.discovery} picked={picked} onPick={setPicked} />
          <ImportOptions place={look.place} group={group} apply={apply} onGroup={setGroup} onApply={setApply} />
        </>
      )}
      {problem !== null && <Problem text={problem} />}
    </Dialog>
  );
}

function Problem({ text }: { readonly text: string }): ReactNode {
  return (
    <p className="b-field__error import__problem" role="alert">
      <Icon name="exclamation-circle" tone="danger" />
      <span>{text}</span>
    </p>
  );
}

function isNew({ hostId, refusal }: Discovery['hosts'][number]): boolean {
  return hostId === null && refusal === null;
}
