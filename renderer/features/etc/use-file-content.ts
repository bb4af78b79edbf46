import { useEffect, useMemo, useRef, useState } from 'react';
import { MAX_ETC_CONTENT } from '../../../shared/model/etc-limits.ts';
import type { Failure } from '../../../shared/errors/failure.ts';
import type { EtcEntry, EtcNode, EtcSide, EtcView } from '../../../shared/model/etc.ts';
import { failureOf } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { typeWord } from './entry-words.ts';

/** What is there of one version. `content`: its first bytes, all of them when `size` is their number. */
export type SideContent =
  | { readonly kind: 'absent' }
  | { readonly kind: 'masked' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** No content that could be compared: a directory, a device. */
  | { readonly kind: 'none'; readonly text: string }
  | { readonly kind: 'content'; readonly bytes: Uint8Array; readonly size: number };

export type SideContents = Readonly<Record<EtcSide, SideContent>>;

export interface FileContent {
  readonly sides: SideContents;
  /** The local file is not the one that was compared. */
  readonly isChanged: boolean;
  /** Loads more of what is not there yet; null: all is there, or as much as this page holds. */
  readonly loadMore: (() => void) | null;
  /** Something is not whole. */
  readonly isCut: boolean;
}

/** Bytes of each version that are loaded by themselves, by each press of the button, and at most, as nobody reads more. */
const AT_FIRST = 2 * MAX_ETC_CONTENT;
const MOST = 16 * MAX_ETC_CONTENT;

const SIDES: readonly EtcSide[] = ['base', 'local', 'target'];

interface Loaded {
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly node: EtcNode | null;
  readonly failure: Failure | null;
}

/** Fetches the versions of a file, in windows, each content once. Nothing of a secret unless it is to be revealed. */
export function useFileContent(hostId: string, view: EtcView, entry: EtcEntry, isRevealed: boolean): FileContent {
  const { client } = useSession();
  const [limit, setLimit] = useState(AT_FIRST);
  const [loaded, setLoaded] = useState<ReadonlyMap<EtcSide, Loaded>>(new Map());
  const known = useRef(loaded);
  const sources = useMemo(() => sourcesOf(entry), [entry]);
  const mayLoad = !entry.isSecret || isRevealed;

  useEffect(() => {
    if (!mayLoad) return undefined;
    const ended = new AbortController();
    const { signal } = ended;
    const put = (side: EtcSide, state: Loaded) => {
      if (signal.aborted) return;
      known.current = new Map(known.current).set(side, state);
      setLoaded(known.current);
    };
    const load = async (side: EtcSide) => {
      const before = known.current.get(side) ?? null;
      // What was held back is asked for again once it is to be shown.
      let state = isHeldBack(before) ? null : before;
      try {
        while (!signal.aborted && wantsMore(state, limit)) {
          const offset: number = state?.bytes.length ?? 0;
          const length = Math.min(MAX_ETC_CONTENT, limit - offset);
          const question = { hostId, view, side, path: entry.path, offset, length, reveal: isRevealed };
          const piece = await client.etc.content(question, { signal });
          const bytes = bytesOf(piece.base64);
          const whole: Uint8Array = state ? concat(state.bytes, bytes) : bytes;
          // A file that became shorter meanwhile has no more than it gave.
          const size = bytes.length === 0 ? whole.length : piece.size;
          state = { bytes: whole, size, node: piece.node, failure: null };
        }
        if (state) put(side, state);
      } catch (error) {
        put(side, { bytes: new Uint8Array(), size: 0, node: null, failure: failureOf(error) });
      }
    };
    for (const side of new Set(Object.values(sources))) if (side) void load(side);
    return () => ended.abort();
  }, [client, hostId, view, entry.path, sources, limit, isRevealed, mayLoad]);

  const sides = useMemo(() => {
    const of = (side: EtcSide) => contentOf(entry[side], sources[side], loaded, mayLoad);
    return { base: of('base'), local: of('local'), target: of('target') };
  }, [entry, sources, loaded, mayLoad]);
  const isCut = SIDES.some((side) => isCutContent(sides[side]));
  const local = loaded.get('local')?.node;
  return {
    sides,
    isCut,
    isChanged: local !== undefined && isOther(local, entry.local),
    loadMore: isCut && limit < MOST ? () => setLimit(limit + AT_FIRST) : null,
  };
}

/** Its content says that it is a secret, which its path did not. */
function isHeldBack(state: Loaded | null): boolean {
  return state?.failure?.code === 'etc.secret';
}

function wantsMore(state: Loaded | null, limit: number): boolean {
  if (state === null) return true;
  return state.failure === null && state.bytes.length < Math.min(limit, state.size);
}

/** Which version is fetched for which; null: there is nothing to fetch. What is the same is fetched once. */
function sourcesOf({ base, local, target, here, there }: EtcEntry): Readonly<Record<EtcSide, EtcSide | null>> {
  const isFile = (node: EtcNode | null) => node?.type === 'file';
  const isSame = (change: string | null) => change === 'same' || change === 'metadata' || change === 'attributes';
  return {
    base: isFile(base) ? 'base' : null,
    local: isFile(local) ? (isFile(base) && isSame(here) ? 'base' : 'local') : null,
    target: isFile(target) ? (isFile(base) && isSame(there) ? 'base' : 'target') : null,
  };
}

function contentOf(
  node: EtcNode | null,
  source: EtcSide | null,
  loaded: ReadonlyMap<EtcSide, Loaded>,
  mayLoad: boolean,
): SideContent {
  if (!node) return { kind: 'absent' };
  if (node.type === 'symlink') {
    const bytes = new TextEncoder().encode(`→ ${node.link ?? ''}\n`);
    return { kind: 'content', bytes, size: bytes.length };
  }
  if (source === null) return { kind: 'none', text: `A ${typeWord(node)}.` };
  if (!mayLoad) return { kind: 'masked' };
  const state = loaded.get(source);
  if (!state) return { kind: 'loading' };
  if (isHeldBack(state)) return { kind: 'masked' };
  if (state.failure) return { kind: 'failed', failure: state.failure };
  return { kind: 'content', bytes: state.bytes, size: state.size };
}

/** Whether only the beginning is there. */
export function isCutContent(content: SideContent): boolean {
  return content.kind === 'content' && content.bytes.length < content.size;
}

function isOther(now: EtcNode | null, then: EtcNode | null): boolean {
  if (!now || !then) return now !== then;
  // Whole seconds are what every host tells.
  const seconds = (node: EtcNode) => Math.floor(node.changedAt / 1000);
  return now.type !== then.type || now.size !== then.size || seconds(now) !== seconds(then) || now.mode !== then.mode;
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
