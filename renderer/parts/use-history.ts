import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { Failure } from '../../shared/errors/failure.ts';
import type { HistoryEntry } from '../../shared/model/history.ts';
import { failureOf } from '../state/failure-of.ts';
import { follow } from '../state/follow.ts';
import { useSession } from '../state/session-context.ts';

/** Entries asked for at a time: a screen of rows and what lies beyond its edges. */
const PAGE = 50;

/** A part of the history that is there to be shown. */
export interface History {
  /** Which question this answers: another text for another filter or host. Null: nothing was answered yet. */
  readonly question: string | null;
  /** How many pass the filter; null: not known yet. */
  readonly total: number | null;
  /** How many there are without it. */
  readonly all: number;
  readonly failure: Failure | null;
  /** Null: it was not asked for yet, or is on its way. */
  at(index: number): HistoryEntry | null;
  /** Asks for what is missing of these lines, both ends included. */
  need(from: number, to: number): void;
}

interface Held {
  readonly question: string | null;
  readonly total: number | null;
  readonly all: number;
  /** By number; those of an older revision are shown until the new ones are there. */
  readonly pages: ReadonlyMap<number, { readonly revision: number; readonly entries: readonly HistoryEntry[] }>;
}

/** One question, and what was asked of its pages: `asked` ever, `pending` and not answered yet. */
function newRound(question: { readonly filter: string; readonly hostId: string | null }) {
  const asked = new Set<number>();
  return { question, superseded: new AbortController(), revision: -1, asked, pending: new Set<number>() };
}

const NOTHING: Held = { question: null, total: null, all: 0, pages: new Map() };

/**
 * The history of one host (`hostId`) or of all, as far as the filter lets it pass, in pages as they are needed: of a hundred thousand operations a page
 * holds what is on the screen. What was added or has ended meanwhile is asked for by itself.
 */
export function useHistory(filter: string, hostId: string | null): History {
  const { client } = useSession();
  const [held, setHeld] = useState<Held>(NOTHING);
  const [failure, setFailure] = useState<Failure | null>(null);
  const question = useMemo(() => ({ filter, hostId }), [filter, hostId]);
  const round = useRef(newRound(question));
  const range = useRef({ first: 0, last: 0 });

  const ask = useCallback(
    (page: number) => {
      if (round.current.question !== question) {
        round.current.superseded.abort();
        round.current = newRound(question);
      }
      const { current } = round;
      if (current.asked.has(page)) return;
      current.asked.add(page);
      current.pending.add(page);
      const { signal } = current.superseded;
      client.history.list({ ...question, offset: page * PAGE, limit: PAGE }, { signal }).then(
        ({ entries, total, all, revision }) => {
          current.pending.delete(page);
          if (round.current !== current) return;
          setFailure(null);
          const isOther = current.revision !== revision;
          // What was asked of another revision is asked again, as it is looked at.
          if (isOther && current.revision !== -1) current.asked = new Set([page]);
          const isFirst = current.revision === -1;
          current.revision = revision;
          setHeld((before) => {
            const pages = new Map(isFirst ? [] : before.pages);
            pages.set(page, { revision, entries });
            return { question: JSON.stringify(question), total, all, pages };
          });
        },
        (error: unknown) => {
          current.pending.delete(page);
          current.asked.delete(page);
          if (round.current === current) setFailure(failureOf(error));
        },
      );
    },
    [client, question],
  );

  const askRange = useCallback(() => {
    for (let page = range.current.first; page <= range.current.last; page += 1) ask(page);
  }, [ask]);

  // Another question begins at its top; an answer that shows another revision leads to the rest of what is in view.
  useEffect(() => {
    range.current = { first: 0, last: 0 };
    ask(0);
  }, [ask]);
  useEffect(askRange, [askRange, held]);

  const onNews = useEffectEvent((isBegin: boolean) => {
    // An answer that is on its way when the watch begins is as new as that; any later news may have missed it.
    round.current.asked = new Set(isBegin ? round.current.pending : []);
    askRange();
  });
  useEffect(() => {
    let isBegin = true;
    return follow({
      open(signal) {
        isBegin = true;
        return client.history.watch(undefined, { signal });
      },
      onValue() {
        onNews(isBegin);
        isBegin = false;
      },
    });
  }, [client]);

  const need = useCallback(
    (from: number, to: number) => {
      range.current = { first: Math.floor(Math.max(0, from) / PAGE), last: Math.floor(Math.max(0, to) / PAGE) };
      askRange();
    },
    [askRange],
  );
  const at = useCallback(
    (index: number) => held.pages.get(Math.floor(index / PAGE))?.entries[index % PAGE] ?? null,
    [held],
  );
  return { question: held.question, total: held.total, all: held.all, failure, at, need };
}
