import { randomUUID } from 'node:crypto';
import type { Prompt, PromptAnswer } from '../../../shared/model/prompt.ts';
import { createEmitter } from '../emitter.ts';

/** A question without what the broker adds. */
export type Question = Prompt extends infer P ? (P extends Prompt ? Omit<P, 'id' | 'askedAt'> : never) : never;

/** How long an unanswered question stays open: long enough to fetch a token from another room. */
export const PROMPT_TIMEOUT_MS = 5 * 60_000;

/** Brings questions of the core to whoever can answer: the page, or the terminal of the CLI. */
export interface PromptBroker {
  /** Resolves with the answer; with `cancel` when nobody answers in time, nobody is there, or `signal` aborts. */
  ask(question: Question, signal: AbortSignal): Promise<PromptAnswer>;
  answer(id: string, answer: PromptAnswer): void;
  list(): readonly Prompt[];
  onChange(listener: () => void): () => void;
  /** Cancels every open question. */
  dispose(): void;
}

export function createPromptBroker(now: () => number = Date.now): PromptBroker {
  const open = new Map<string, { prompt: Prompt; settle: (answer: PromptAnswer) => void }>();
  const changed = createEmitter<void>();

  return {
    ask(question, signal) {
      return new Promise((resolve) => {
        if (signal.aborted) {
          resolve({ kind: 'cancel' });
          return;
        }
        const prompt = { ...question, id: randomUUID(), askedAt: now() } as Prompt;
        const timer = setTimeout(() => settle({ kind: 'cancel' }), PROMPT_TIMEOUT_MS);
        const onAbort = () => settle({ kind: 'cancel' });
        const settle = (answer: PromptAnswer) => {
          if (!open.delete(prompt.id)) return;
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
          changed.emit();
          resolve(answer);
        };
        open.set(prompt.id, { prompt, settle });
        signal.addEventListener('abort', onAbort, { once: true });
        changed.emit();
      });
    },
    answer(id, answer) {
      open.get(id)?.settle(answer);
    },
    list: () => [...open.values()].map(({ prompt }) => prompt),
    onChange: changed.subscribe,
    dispose() {
      for (const { settle } of [...open.values()]) settle({ kind: 'cancel' });
    },
  };
}
