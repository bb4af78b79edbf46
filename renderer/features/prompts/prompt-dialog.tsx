import './prompts.css';
import { useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Prompt, PromptAnswer } from '../../../shared/model/prompt.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { HostKeyDialog } from './host-key-dialog.tsx';
import { SecretsDialog } from './secrets-dialog.tsx';
import { secretsQuestion } from './secrets-question.ts';

/** Brings one question of a connection before the user. Esc and closing are the safe answer: refuse, cancel. */
export function PromptDialog({ prompt }: { readonly prompt: Prompt }): ReactNode {
  const { prompts, toasts } = useSession();
  const waiting = useStore(prompts, (state) => state.prompts.length) - 1;
  const [answered, setAnswered] = useState(false);

  function answer(value: PromptAnswer): void {
    if (answered) return;
    setAnswered(true);
    prompts.answer(prompt.id, value).catch((error: unknown) => {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    });
  }

  const more = waiting > 0 && (
    <span className="b-subtle b-small">
      {waiting === 1 ? '1 more question waits' : `${waiting} more questions wait`}
    </span>
  );
  return prompt.kind === 'host-key' ? (
    <HostKeyDialog prompt={prompt} more={more} onAnswer={answer} />
  ) : (
    <SecretsDialog question={secretsQuestion(prompt)} more={more} onAnswer={answer} />
  );
}
