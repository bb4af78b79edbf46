import type { ReactNode } from 'react';
import { shortDigest } from '../../shared/logic/format.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { Mono } from '../components/small.tsx';
import './parts.css';

/** A digest or checksum: cut to its place, whole in the tooltip and in the clipboard. */
export function Digest({
  digest,
  place,
  what,
}: {
  readonly digest: string;
  readonly place: 'card' | 'text';
  readonly what: string;
}): ReactNode {
  return (
    <span className="digest">
      <Mono title={digest}>{shortDigest(digest, place)}</Mono>
      <CopyButton text={digest} what={what} />
    </span>
  );
}
