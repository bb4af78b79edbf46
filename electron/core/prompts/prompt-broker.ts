import { randomUUID } from 'node:crypto';
import type { Prompt, PromptAnswer } from '../../../shared/model/prompt.ts';
import { createEmitter } from '../emitter.ts';
import { createLifetime } from '../lifetime.ts';

/** A question without what the broker adds. */
export type Question = Prompt extends infer P ? (P extends Prompt ? Omit<P, 'id' | 'askedAt'> : never) : never;

/** How a question ended: answered, cancelled, or `unattended` because nobody is there who could answer. */
export type PromptOutcome = PromptAnswer | { readonly kind: 'unattended' };

/** How long an unanswered question stays open: long enough to fetch a token from another room. */
export const PROMPT_TIMEOUT_MS = 5 * 60_000;
/** How long a question waits for somebody to come: a page that has just been opened takes a moment to subscribe. */
export const ATTENDANCE_GRACE_MS = 3_000;

/**
 * Brings questions of the core to whoever can answer: the page, or the terminal of the CLI. Who subscribes to `onChange` is
 * taken to be there. Questions about one host are asked one after another, in the order in which they came.
 */
export interface PromptBroker {
  /**
   * Resolves with the answer; with `cancel` when nobody answers in time or `signal` aborts, with `unattended` when nobody is
   * there. Never rejects.
   */
  ask(question: Question, signal: AbortSignal): Promise<PromptOutcome>;
  /** Answers an open question. Nothing happens when it is gone, or when the answer does not fit it. */
  answer(id: string, answer: PromptAnswer): void;
  /** The questions that are to be answered now, oldest first. */
  list(): readonly Prompt[];
  onChange(listener: () => void): () => void;
  /** Cancels every question, and all that come later. */
  dispose(): void;
}

interface Pending {
  readonly question: Question;
  readonly settle: (outcome: PromptOutcome) => void;
  /** Set when it is this question's turn. */
  prompt: Prompt | null;
  timer: NodeJS.Timeout | null;
}

export function createPromptBroker(now: () => number = Date.now): PromptBroker {
  // In the order of asking; for each host only the first one is open.
  const pending = new Set<Pending>();
  const changed = createEmitter<void>();
  const disposal = createLifetime();
  let attendants = 0;

  const queueOf = ({ hostId, hostName }: Question) => hostId ?? `name ${hostName}`;

  function openTurns(): void {
    const busy = new Set<string>();
    let hasOpened = false;
    for (const entry of pending) {
      const queue = queueOf(entry.question);
      if (!busy.has(queue) && !entry.prompt) {
        entry.prompt = { ...entry.question, id: randomUUID(), askedAt: now() };
        entry.timer = waitForAnswer(entry);
        hasOpened = true;
      }
      busy.add(queue);
    }
    if (hasOpened) changed.emit();
  }

  function waitForAnswer(entry: Pending): NodeJS.Timeout {
    const cancel = () => entry.settle({ kind: 'cancel' });
    if (attendants > 0) return setTimeout(cancel, PROMPT_TIMEOUT_MS);
    return setTimeout(() => {
      if (attendants === 0) entry.settle({ kind: 'unattended' });
      else entry.timer = setTimeout(cancel, PROMPT_TIMEOUT_MS - ATTENDANCE_GRACE_MS);
    }, ATTENDANCE_GRACE_MS);
  }

  return {
    ask(question, signal) {
      const end = AbortSignal.any([signal, disposal.signal]);
      if (end.aborted) return Promise.resolve({ kind: 'cancel' });
      return new Promise((resolve) => {
        const onAbort = () => entry.settle({ kind: 'cancel' });
        const entry: Pending = {
          question,
          prompt: null,
          timer: null,
          settle(outcome) {
            if (!pending.delete(entry)) return;
            if (entry.timer) clearTimeout(entry.timer);
            end.removeEventListener('abort', onAbort);
            if (entry.prompt) changed.emit();
            resolve(outcome);
            openTurns();
          },
        };
        end.addEventListener('abort', onAbort, { once: true });
        pending.add(entry);
        openTurns();
      });
    },
    answer(id, answer) {
      for (const { prompt, settle } of pending) {
        if (prompt?.id !== id || !fits(prompt, answer)) continue;
        settle(answer);
        return;
      }
    },
    list: () => [...pending].flatMap(({ prompt }) => prompt ?? []),
    onChange(listener) {
      const unsubscribe = changed.subscribe(listener);
      attendants += 1;
      let isThere = true;
      return () => {
        if (isThere) attendants -= 1;
        isThere = false;
        unsubscribe();
      };
    },
    dispose: () => disposal.abort(),
  };
}

function fits(prompt: Prompt, answer: PromptAnswer): boolean {
  if (answer.kind === 'cancel') return true;
  if (answer.kind === 'accept-host-key' || prompt.kind === 'host-key') {
    return answer.kind === 'accept-host-key' && prompt.kind === 'host-key';
  }
  return answer.values.length === (prompt.kind === 'keyboard-interactive' ? prompt.fields.length : 1);
}
