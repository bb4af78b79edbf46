import { useEffect, useMemo, useRef, useState } from 'react';
import { readJournalTerms, type JournalTerms } from '../../../shared/logic/journal-terms.ts';

/** What is typed is asked once it has rested for so long, in ms: each question is a search on a host. */
const REST_MS = 450;

/** The filter of a journal as it is written: terms that are set, and one that is being typed. */
export interface TermsState {
  readonly committed: string;
  readonly draft: string;
  /** What is asked, and what is wrong with it. */
  readonly read: JournalTerms;
  /** The terms that are set. */
  readonly set: JournalTerms;
  readonly setDraft: (draft: string) => void;
  readonly commit: () => void;
  /** Asks this at once. */
  readonly replace: (text: string, draft?: string) => void;
}

export function useTerms(initial: string): TermsState {
  // With the moment it was asked: `since:2h` must not become another question with each drawing.
  const [asked, setAsked] = useState(() => ({ text: initial, at: Date.now() }));
  const [committed, setCommitted] = useState(initial);
  const [draft, setDraftText] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const read = useMemo(() => readJournalTerms(asked.text, asked.at), [asked]);
  const set = useMemo(() => readJournalTerms(committed, asked.at), [committed, asked.at]);

  function ask(text: string): void {
    clearTimeout(timer.current);
    setAsked((before) => (before.text === text ? before : { text, at: Date.now() }));
  }
  return {
    committed,
    draft,
    read,
    set,
    setDraft(next) {
      setDraftText(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => ask(`${committed} ${next}`.trim()), REST_MS);
    },
    commit() {
      const whole = `${committed} ${draft}`.trim();
      setCommitted(whole);
      setDraftText('');
      ask(whole);
    },
    replace(text, next = '') {
      setCommitted(text);
      setDraftText(next);
      ask(`${text} ${next}`.trim());
    },
  };
}
