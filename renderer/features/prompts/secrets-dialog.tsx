import { useId, useState, type SubmitEvent, type ReactNode } from 'react';
import type { PromptAnswer } from '../../../shared/model/prompt.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { Kbd } from '../../components/small.tsx';
import { secretsAnswer, type RememberChoice } from './remember-choices.ts';
import type { SecretsQuestion } from './secrets-question.ts';

/** Asks for a password, a passphrase, or whatever the host wants to know. The texts leave with the answer and are kept nowhere. */
export function SecretsDialog({
  question,
  remember,
  more,
  onAnswer,
}: {
  readonly question: SecretsQuestion;
  /** The most careful first; empty: no choice. */
  readonly remember: readonly RememberChoice[];
  readonly more: ReactNode;
  readonly onAnswer: (answer: PromptAnswer) => void;
}): ReactNode {
  const { title, explanation, hosts, fromHost, fields, submit } = question;
  const [values, setValues] = useState<readonly string[]>(() => fields.map(() => ''));
  const [reach, setReach] = useState<RememberChoice['value']>('once');
  const formId = useId();
  const send = () => onAnswer(secretsAnswer(values, reach));
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
        {remember.length > 0 && <SelectField label="Use it" value={reach} options={remember} onChange={setReach} />}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
