import type { Failure } from '../../../shared/errors/failure.ts';
import type { JournalFilter } from '../../../shared/model/journal-filter.ts';
import type { JournalAccess, JournalHostState, JournalPage, JournalStreamLine } from '../../../shared/model/journal.ts';
import type { BerthConnection } from '../../connection/berth-connection.ts';
import { failureOf } from '../../state/failure-of.ts';
import {
  appendRows,
  holdRows,
  NO_ROWS,
  NOTHING_WAITS,
  prependRows,
  releasedRows,
  withoutKnown,
  type JournalRow,
  type RowWindow,
  type Waiting,
} from './journal-rows.ts';
import { followJournal } from './live-lines.ts';

/** Entries asked for at a time, and kept at most: a window over a journal of any length. */
export const PAGE = 250;
export const WINDOW = 5_000;
/** Kept of a follow, and while it is held still. */
const LIVE_WINDOW = 20_000;
const WAITING = 20_000;
/** So many rows before an edge of the window the next page is asked for. */
const EDGE = 80;
/** A follow begins with so many of the newest, so that nothing is missing between the page and it. */
const TAIL = 100;
const OVERLAP = 1_000;

/** How a host of a follow fares, and how far its clock is off, in ms; null: not known yet. */
export interface LiveHost {
  readonly state: JournalHostState | null;
  readonly skew: { readonly ms: number; readonly errorMs: number } | null;
}

/** A journal as it is shown now. */
export interface JournalView extends RowWindow {
  /** What is being read; null: nothing is. */
  readonly busy: 'first' | 'older' | 'newer' | null;
  readonly failure: Failure | null;
  readonly access: JournalAccess | null;
  readonly olderLeft: boolean;
  readonly newerLeft: boolean;
  readonly live: 'off' | 'on' | 'paused';
  readonly waiting: Waiting;
  /** Why the follow has ended by itself; null: it has not. */
  readonly ended: string | null;
  readonly hosts: readonly LiveHost[];
  /** Changes when the list is another one, so that it is scrolled anew. */
  readonly round: number;
}

/** Where a list begins. */
export type JournalStart =
  { readonly kind: 'newest' } | { readonly kind: 'oldest' } | { readonly kind: 'around'; readonly cursor: string };

/** The journal of one host in pages, or of several as it comes. Tells of each change. */
export interface JournalModel {
  /** Reads the first page, or begins the follow of several hosts. Returns the function that ends all of it; then it can be started again. */
  start(): () => void;
  view(): JournalView;
  onChange(listener: () => void): () => void;
  /** Rows `from` to `to` (indexes) are on the screen: asks for what is missing beyond. */
  need(from: number, to: number): void;
  /** Begins anew. Of several hosts only with the newest. */
  go(start: JournalStart): void;
  follow(isLive: boolean): void;
  pause(isPaused: boolean): void;
  /** Asks once more for what failed. */
  retry(): void;
}

export function createJournalModel({
  connection,
  hostIds,
  filter,
  start,
}: {
  readonly connection: Pick<BerthConnection, 'client' | 'openStream'>;
  readonly hostIds: readonly string[];
  readonly filter: JournalFilter;
  readonly start: JournalStart;
}): JournalModel {
  const [onlyHost] = hostIds;
  const paged = hostIds.length === 1 && onlyHost !== undefined ? onlyHost : null;
  const listeners = new Set<() => void>();
  let aborts = new AbortController();
  let view: JournalView = {
    ...NO_ROWS,
    ...{ busy: null, failure: null, access: null, olderLeft: false, newerLeft: false },
    ...{ live: 'off', waiting: NOTHING_WAITS, ended: null, round: 0 },
    hosts: hostIds.map(() => ({ state: null, skew: null })),
  };
  let stream: { dispose(): void } | null = null;
  let began: JournalStart = start;
  // What is on its way when the list begins anew is not wanted any more.
  let asked = 0;
  let isLiveWanted = false;

  function set(changes: Partial<JournalView>): void {
    view = { ...view, ...changes };
    for (const listener of [...listeners]) listener();
  }

  async function ask(
    busy: 'first' | 'older' | 'newer',
    question: { readonly cursor: string | null; readonly direction: 'older' | 'newer' | 'around' },
    take: (page: JournalPage) => void,
  ): Promise<void> {
    if (paged === null) return;
    asked += 1;
    const mine = asked;
    set({ busy, failure: null });
    try {
      const page = await connection.client.journal.page(
        { hostId: paged, filter, ...question, count: PAGE },
        { signal: aborts.signal },
      );
      if (mine === asked) take(page);
    } catch (error) {
      if (mine === asked && !aborts.signal.aborted) set({ failure: failureOf(error) });
    } finally {
      if (mine === asked && !aborts.signal.aborted) set({ busy: null });
    }
  }

  const rowsOf = ({ entries }: JournalPage): JournalRow[] => entries.map((e) => ({ kind: 'entry', h: 0, e }));

  function begin(from: JournalStart): void {
    began = from;
    const { cursor, direction } =
      from.kind === 'around'
        ? { cursor: from.cursor, direction: 'around' as const }
        : { cursor: null, direction: from.kind === 'newest' ? ('older' as const) : ('newer' as const) };
    void ask('first', { cursor, direction }, (page) => {
      const { access, olderLeft, newerLeft } = page;
      set({ rows: rowsOf(page), first: 0, access, olderLeft, newerLeft, round: view.round + 1 });
      if (isLiveWanted && !newerLeft) startLive();
    });
  }

  function askOlder(): void {
    const first = view.rows.find((row) => row.kind === 'entry');
    if (view.busy || !view.olderLeft || first?.kind !== 'entry') return;
    void ask('older', { cursor: first.e.cursor, direction: 'older' }, (page) => {
      const before = view.rows.length;
      const next = prependRows(view, rowsOf(page), WINDOW);
      const isCut = next.rows.length < before + page.entries.length;
      // What is behind the cut is asked for when it is scrolled to; a follow cannot go on behind a hole.
      if (isCut) stopLive();
      set({ ...next, olderLeft: page.olderLeft, newerLeft: view.newerLeft || isCut });
    });
  }

  function askNewer(): void {
    const last = view.rows.findLast((row) => row.kind === 'entry');
    if (view.busy || !view.newerLeft || last?.kind !== 'entry') return;
    void ask('newer', { cursor: last.e.cursor, direction: 'newer' }, (page) => {
      const next = appendRows(view, rowsOf(page), WINDOW);
      set({ ...next, newerLeft: page.newerLeft, olderLeft: view.olderLeft || next.first > view.first });
    });
  }

  function stopLive(): void {
    isLiveWanted = false;
    stream?.dispose();
    stream = null;
    if (view.live !== 'off') set({ live: 'off', waiting: NOTHING_WAITS });
  }

  function startLive(): void {
    if (stream) return;
    const tail = paged === null ? Math.max(20, Math.min(200, Math.floor(2_000 / hostIds.length))) : TAIL;
    set({ live: 'on', waiting: NOTHING_WAITS, ended: null });
    stream = followJournal(
      connection,
      { kind: 'journal', hostIds: [...hostIds], filter, tail },
      {
        onLines: takeLines,
        onEnd(message) {
          stream = null;
          set({ live: 'off', ended: message });
        },
      },
    );
  }

  function takeLines(lines: readonly JournalStreamLine[]): void {
    const rows: JournalRow[] = [];
    let { hosts, access } = view;
    for (const line of lines) {
      if ('e' in line) rows.push({ kind: 'entry', h: line.h, e: line.e });
      else if ('dropped' in line) rows.push({ kind: 'gap', h: line.h, count: line.dropped });
      else {
        const change = 'state' in line ? { state: line.state } : { skew: line.skew };
        hosts = hosts.map((host, index) => (index === line.h ? { ...host, ...change } : host));
        if ('state' in line && line.state.kind === 'live' && paged !== null) access = line.state.access;
      }
    }
    if (view.live === 'paused') set({ hosts, access, waiting: holdRows(view.waiting, rows, WAITING) });
    else set({ hosts, access, ...appended(rows) });
  }

  function appended(rows: readonly JournalRow[]): Partial<JournalView> {
    if (rows.length === 0) return {};
    const next = appendRows(view, withoutKnown(view, rows, OVERLAP), LIVE_WINDOW);
    return { ...next, olderLeft: view.olderLeft || (paged !== null && next.first > view.first) };
  }

  return {
    start() {
      aborts = new AbortController();
      const { signal } = aborts;
      if (paged === null) startLive();
      else begin(start);
      return () => {
        if (aborts.signal === signal) stopLive();
        aborts.abort();
      };
    },
    view: () => view,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    need(from, to) {
      if (paged === null || view.failure) return;
      if (from < EDGE) askOlder();
      else if (view.rows.length - to < EDGE) askNewer();
    },
    go(from) {
      if (paged === null) return;
      stopLive();
      begin(from);
    },
    follow(isLive) {
      if (!isLive) {
        stopLive();
        return;
      }
      // Behind the newest page only: a follow leaves no hole.
      isLiveWanted = true;
      if (view.newerLeft) begin({ kind: 'newest' });
      else if (view.busy !== 'first') startLive();
    },
    pause(isPaused) {
      if (isPaused && view.live === 'on') set({ live: 'paused' });
      else if (!isPaused && view.live === 'paused') {
        const { waiting } = view;
        set({ live: 'on', waiting: NOTHING_WAITS, ...appended(releasedRows(waiting)) });
      }
    },
    retry() {
      if (view.rows.length === 0) begin(began);
      else set({ failure: null });
    },
  };
}
