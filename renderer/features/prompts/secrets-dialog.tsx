import { useId, useState, type SubmitEvent, type ReactNode } from 'react';
import type { PromptAnswer } from '../../../shared/model/prompt.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import type { Remember } from '../../../shared/model/secret.ts';
import { TextField } from '../../components/field.tsx';
import { Kbd } from '../../components/small.tsx';
import { useKeychain } from '../../parts/use-keychain.ts';
import { secretsAnswer, type Keep, type RememberChoices } from './remember-choices.ts';
import { RememberFields } from './remember-fields.tsx';
import type { SecretsQuestion } from './secrets-question.ts';

/** Asks for a password, a passphrase, or whatever the host wants to know. The texts leave with the answer, and stay in no page. */
export function SecretsDialog({
  question,
  choices,
  more,
  onAnswer,
}: {
  readonly question: SecretsQuestion;
  /** Null: it is never remembered. */
  readonly choices: RememberChoices | null;
  readonly more: ReactNode;
  readonly onAnswer: (answer: PromptAnswer) => void;
}): ReactNode {
  const { title, explanation, hosts, fromHost, fields, submit } = question;
  const [values, setValues] = useState<readonly string[]>(() => fields.map(() => ''));
  const [keep, setKeep] = useState<Keep>(choices?.keeps[0].value ?? 'not');
  const [reach, setReach] = useState<Remember['reach']>('host');
  const keychain = useKeychain(choices !== null);
  const formId = useId();
  const send = () => onAnswer(secretsAnswer(values, keep, reach));
  const cancel = () => onAnswer({ kind: 'cancel' });

  function onSubmit(event: SubmitEvent): void {
    event.preventDefault();
    send();
  }

  return (
    <Dialog
      title={title}
      icon={{ name: 'key', tone: 'accent' }}
      width={480}
      onClose={cancel}
      footer={
        <>
          <Button variant="primary" onClick={send}>
            {submit}
          </Button>
          <Button variant="link" onClick={cancel}>
            Cancel
          </Button>
          <span className="b-grow" />
          {more}
          <span className="b-subtle b-small">
            <Kbd>Esc</Kbd> cancels
          </span>
        </>
      }
    >
      <p>{explanation}</p>
      {hosts.length > 0 && (
        <p className="prompt-hosts" tabIndex={0} role="region" aria-label="Hosts that the answer is for">
          {hosts.join(', ')}
        </p>
      )}
      {fromHost && (fromHost.title !== '' || fromHost.instruction !== '') && (
        <blockquote className="prompt-said" aria-label="The host says">
          {[fromHost.title, fromHost.instruction].filter((text) => text !== '').join('\n')}
        </blockquote>
      )}
      <form id={formId} className="prompt-fields" onSubmit={onSubmit}>
        {fields.map(({ label, echo }, index) => (
          <TextField
            key={index}
            label={label.trim() === '' ? 'Answer' : label}
            type={echo ? 'text' : 'password'}
            autoComplete="off"
            autoFocus={index === 0}
            maxLength={4096}
            value={values[index] ?? ''}
            onChange={(value) => setValues(values.map((before, at) => (at === index ? value : before)))}
          />
        ))}
        {choices && <RememberFields {...{ choices, keychain, keep, reach }} onKeep={setKeep} onReach={setReach} />}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
