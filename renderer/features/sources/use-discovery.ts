import { useEffect, useState } from 'react';
import type { Discovery, SourcePlace } from '../../../shared/model/source.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';

/** What was found at a place, or that it is being read, or why it could not be. */
export type Look =
  | { readonly kind: 'none' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'failed'; readonly place: SourcePlace; readonly text: string }
  | { readonly kind: 'read'; readonly place: SourcePlace; readonly discovery: Discovery };

/**
 * Reads a place, again for every new object that names one; null reads nothing. An answer that comes after another place was
 * asked for is dropped. `onRead` must stay the same.
 */
export function useDiscovery(place: SourcePlace | null, onRead: (discovery: Discovery) => void): Look {
  const { client } = useSession();
  const [told, setTold] = useState<Extract<Look, { place: SourcePlace }> | null>(null);

  useEffect(() => {
    if (!place) return undefined;
    let current = true;
    client.source.discover({ place }).then(
      (discovery) => {
        if (!current) return;
        onRead(discovery);
        setTold({ kind: 'read', place, discovery });
      },
      (error: unknown) => current && setTold({ kind: 'failed', place, text: failureText(failureOf(error)) }),
    );
    return () => {
      current = false;
    };
  }, [client, place, onRead]);

  if (!place) return { kind: 'none' };
  return told?.place === place ? told : { kind: 'reading' };
}
