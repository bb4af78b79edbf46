import { useId, useMemo, useState, type ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import type { Discovery, FoundHost } from '../../../shared/model/source.ts';
import { formatAddress } from '../../../shared/parse/address.ts';
import { Button } from '../../components/button.tsx';
import { StateWord } from '../../components/icon.tsx';
import { PickList } from '../../components/pick-list.tsx';
import { shortLine } from '../../parts/source-text.ts';
import { failureText } from '../../state/failure-of.ts';
import { SourceDetails } from './source-details.tsx';

interface FoundProps {
  readonly discovery: Discovery;
  /** Names of hosts. */
  readonly picked: ReadonlySet<string>;
  readonly onPick: (picked: ReadonlySet<string>) => void;
}

/** What a source holds: new hosts, those that are there already, those that cannot be taken; and what of it was not understood. */
export function FoundHosts({ discovery, picked, onPick }: FoundProps): ReactNode {
  const [text, setText] = useState('');
  const id = useId();
  const all = useMemo(() => discovery.hosts.map(toItem), [discovery]);
  const shown = useMemo(() => {
    const words = text.trim().toLowerCase().split(/\s+/);
    return all.filter(({ search }) => words.every((word) => search.includes(word)));
  }, [all, text]);
  // A column that would be empty from top to bottom is none.
  const says = useMemo(() => discovery.hosts.some((host) => formatAddress(host) !== host.name), [discovery]);
  const grouped = useMemo(() => discovery.hosts.some(({ group }) => group !== null), [discovery]);
  const tracks = ['3fr', ...(says ? ['3fr'] : []), ...(grouped ? ['1.6fr'] : []), '3fr', '2fr']
    .map((share) => `minmax(0, ${share})`)
    .join(' ');
  const counts = useMemo(() => countsOf(discovery.hosts), [discovery]);

  function pickShown(wanted: boolean): void {
    const next = new Set(picked);
    for (const item of shown) {
      if (wanted && item.canPick) next.add(item.id);
      else next.delete(item.id);
    }
    onPick(next);
  }

  if (discovery.hosts.length === 0) {
    return (
      <>
        <p className="import__none">No host is named there.</p>
        <SourceDetails discovery={discovery} />
      </>
    );
  }
  return (
    <>
      <div className="import__bar">
        <label htmlFor={id} className="b-hidden">
          Show only
        </label>
        <input
          id={id}
          type="text"
          className="b-input"
          placeholder="Show only: a name, a group, a file"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button variant="link" onClick={() => pickShown(true)}>
          Choose {text.trim() === '' ? 'all' : 'these'}
        </Button>
        <Button variant="link" onClick={() => pickShown(false)}>
          Choose none
        </Button>
        <span className="b-grow" />
        <span className="b-subtle b-small" role="status">
          {[counts, ...(shown.length < all.length ? [`${shown.length.toLocaleString('en')} shown`] : [])].join(', ')}
        </span>
      </div>
      <PickList
        label="Hosts that were found"
        items={shown}
        picked={picked}
        onPick={onPick}
        head={
          <span className="import__cells" style={{ gridTemplateColumns: tracks }}>
            <span>Host</span>
            {says && <span>Address</span>}
            {grouped && <span>Group</span>}
            <span>File and line</span>
            <span>State</span>
          </span>
        }
      >
        {({ host }) => (
          <span className="import__cells" style={{ gridTemplateColumns: tracks }}>
            <Found host={host} says={says} grouped={grouped} />
          </span>
        )}
      </PickList>
      <SourceDetails discovery={discovery} />
    </>
  );
}

interface Item {
  readonly id: string;
  readonly canPick: boolean;
  readonly host: FoundHost;
  /** What the filter looks at, in lower case. */
  readonly search: string;
}

function toItem(host: FoundHost): Item {
  const search = [host.name, host.address, host.user ?? '', host.file, ...host.groups].join(' ').toLowerCase();
  return { id: host.name, canPick: host.refusal === null, host, search };
}

function Found({
  host,
  says,
  grouped,
}: {
  readonly host: FoundHost;
  readonly says: boolean;
  readonly grouped: boolean;
}): ReactNode {
  const { name, group, groups } = host;
  const address = formatAddress(host);
  return (
    <>
      <span className="b-cut b-strong" title={name}>
        {name}
      </span>
      {says && (
        <span className="b-cut" title={address}>
          {address === name ? '' : address}
        </span>
      )}
      {grouped && (
        <span className="b-cut" title={groups.join(', ')}>
          {group ?? ''}
        </span>
      )}
      <span className="b-cut b-mono b-subtle" title={`${host.file}, line ${String(host.line ?? 'not known')}`}>
        {shortLine(host)}
      </span>
      <FoundState host={host} />
    </>
  );
}

function FoundState({ host: { refusal, hostId } }: { readonly host: FoundHost }): ReactNode {
  if (refusal) {
    const why = failureText(refusal);
    return (
      <span className="b-cut" title={why}>
        <StateWord icon="ban" tone="danger">
          {why}
        </StateWord>
      </span>
    );
  }
  return hostId === null ? (
    <StateWord icon="plus" tone="update">
      New
    </StateWord>
  ) : (
    <StateWord icon="check" tone="muted">
      In the fleet
    </StateWord>
  );
}

function countsOf(hosts: readonly FoundHost[]): string {
  const refused = hosts.filter(({ refusal }) => refusal !== null).length;
  const known = hosts.filter(({ hostId, refusal }) => hostId !== null && refusal === null).length;
  return [
    plural(hosts.length - refused - known, 'new', 'new'),
    ...(known > 0 ? [`${known.toLocaleString('en')} in the fleet already`] : []),
    ...(refused > 0 ? [`${refused.toLocaleString('en')} cannot be taken`] : []),
  ].join(', ');
}
