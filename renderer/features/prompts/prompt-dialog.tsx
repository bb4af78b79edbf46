import './prompts.css';
import { useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Prompt, PromptAnswer } from '../../../shared/model/prompt.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import { HostKeyDialog } from './host-key-dialog.tsx';
import { rememberChoices, type RememberChoices } from './remember-choices.ts';
import { SecretsDialog } from './secrets-dialog.tsx';
import { secretsQuestion } from './secrets-question.ts';

/** Brings one question of a connection before the user. Esc and closing are the safe answer: refuse, cancel. */
export function PromptDialog({ prompt }: { readonly prompt: Prompt }): ReactNode {
  const { prompts, toasts } = useSession();
  const open = useStore(prompts, (state) => state.prompts.length);
  const choices = useRememberChoices(prompt);
  const [answered, setAnswered] = useState(false);

  function answer(value: PromptAnswer): void {
    if (answered) return;
    setAnswered(true);
    prompts.answer(prompt.id, value).catch((error: unknown) => {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    });
  }

  const more = open > 1 && (
    <span className="b-subtle b-small" title="The others wait: one question at a time.">
      Question 1 of {open.toLocaleString('en')}
    </span>
  );
  return prompt.kind === 'host-key' ? (
    <HostKeyDialog prompt={prompt} more={more} onAnswer={answer} />
  ) : (
    <SecretsDialog question={secretsQuestion(prompt)} choices={choices} more={more} onAnswer={answer} />
  );
}

/** Whether an answer may be used again. Null for questions that are asked once, or whose answer is never the same. */
function useRememberChoices(prompt: Prompt): RememberChoices | null {
  const row = useFleet((state) => (prompt.hostId === null ? undefined : state.rows.get(prompt.hostId)));
  // At a jump host the question is not about the host of the inventory, so that its group says nothing.
  const group = row?.name === prompt.hostName ? row.group : null;
  return rememberChoices(prompt, group);
}
