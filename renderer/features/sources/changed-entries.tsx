import type { ReactNode } from 'react';
import type { SourceChanges } from '../../../shared/model/source.ts';
import { formatAddress } from '../../../shared/parse/address.ts';
import { StateWord } from '../../components/icon.tsx';
import { Line, More } from './source-details.tsx';

/** Entries shown of each kind; the source itself shows all. */
const MOST = 100;

/** What is new in a source, what it says otherwise now, and what is gone: each with file and line. */
export function ChangedEntries({ changes: { added, changed, gone } }: { readonly changes: SourceChanges }): ReactNode {
  if (added.length + changed.length + gone.length === 0) return null;
  return (
    <ul aria-label="What changed">
      {added.slice(0, MOST).map((host) => (
        <li key={`new ${host.name}`}>
          <StateWord icon="plus" tone="update">
            {host.name}
          </StateWord>{' '}
          {formatAddress(host) !== host.name && <span>{formatAddress(host)} </span>}
          <Line line={host} />
        </li>
      ))}
      <More count={added.length} most={MOST} />
      {changed.slice(0, MOST).map((host) => (
        <li key={`changed ${host.hostId}`}>
          <StateWord icon="edit" tone="accent">
            {host.name}
          </StateWord>{' '}
          <span>
            {Object.entries(host.fields)
              .map(([field, value]) => `${fieldWords[field as keyof typeof fieldWords]}: ${value ?? 'as configured'}`)
              .join(', ')}{' '}
          </span>
          <Line line={host} />
        </li>
      ))}
      <More count={changed.length} most={MOST} />
      {gone.slice(0, MOST).map((host) => (
        <li key={`gone ${host.hostId}`}>
          <StateWord icon="minus" tone="warn">
            {host.name}
          </StateWord>{' '}
          <span>gone, was at </span>
          <Line line={host.was} />
        </li>
      ))}
      <More count={gone.length} most={MOST} />
    </ul>
  );
}

const fieldWords = { address: 'address', port: 'port', user: 'user', keyFile: 'key file', group: 'group' } as const;
