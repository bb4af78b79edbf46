import { useEffect, useState } from 'react';
import { useSession } from '../../state/session-context.ts';
import { parseCast, type Cast } from './cast.ts';

/** More of a recording is not played, bytes: the page has to hold it. */
const MOST = 256 * 1024 * 1024;

export type CastView =
  | { readonly kind: 'loading'; readonly bytes: number }
  | { readonly kind: 'ready'; readonly cast: Cast; readonly isCut: boolean }
  | { readonly kind: 'failed'; readonly why: string };

/** A recording, read from the core as it lies on the disk. */
export function useCast(recordingId: string): CastView {
  const { connection } = useSession();
  const [view, setView] = useState<CastView>({ kind: 'loading', bytes: 0 });
  useEffect(() => {
    const decoder = new TextDecoder();
    const stream = connection.openStream({ kind: 'recording', recordingId });
    let [text, bytesRead, isDone] = ['', 0, false];
    function finish(isCut: boolean): void {
      isDone = true;
      const cast = parseCast(text.split('\n'));
      setView(
        cast ? { kind: 'ready', cast, isCut } : { kind: 'failed', why: 'This is no recording that can be played.' },
      );
    }
    stream.onBytes((bytes, parsed) => {
      parsed();
      if (isDone) return;
      bytesRead += bytes.byteLength;
      text += decoder.decode(bytes, { stream: true });
      if (bytesRead > MOST) {
        stream.close();
        finish(true);
      } else setView({ kind: 'loading', bytes: bytesRead });
    });
    stream.onEnd(({ end, message }) => {
      if (isDone) return;
      if (end === 'complete') finish(false);
      else setView({ kind: 'failed', why: message });
    });
    return () => {
      isDone = true;
      stream.close();
    };
  }, [connection, recordingId]);
  return view;
}
