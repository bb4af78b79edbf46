import type { ReactNode } from 'react';
import type { KeychainState, Remember } from '../../../shared/model/secret.ts';
import { SelectField } from '../../components/field.tsx';
import { failureText } from '../../state/failure-of.ts';
import type { Keep, RememberChoices } from './remember-choices.ts';

/** How long an answer is remembered, and for whom. The keychain is offered disabled, with the reason, where it cannot be used. */
export function RememberFields({
  choices,
  keychain,
  keep,
  reach,
  onKeep,
  onReach,
}: {
  readonly choices: RememberChoices;
  /** Null: not known yet. */
  readonly keychain: KeychainState | null;
  readonly keep: Keep;
  readonly reach: Remember['reach'];
  readonly onKeep: (keep: Keep) => void;
  readonly onReach: (reach: Remember['reach']) => void;
}): ReactNode {
  const { keeps, reaches } = choices;
  const options = keeps.map((option) => ({
    ...option,
    disabled: option.value === 'keychain' && keychain?.kind !== 'ready',
  }));
  const refusal = keychain?.kind === 'refused' && `Not in the keychain: ${failureText(keychain.failure)}`;
  return (
    <>
      <SelectField
        label="Remember it"
        value={keep}
        options={options}
        hint={
          <>
            {about(keep, keychain)}
            {refusal !== false && <span className="prompt-refusal">{refusal}</span>}
          </>
        }
        onChange={onKeep}
      />
      {keep !== 'not' && reaches.length > 0 && (
        <SelectField label="For whom" value={reach} options={reaches} onChange={onReach} />
      )}
    </>
  );
}

function about(keep: Keep, keychain: KeychainState | null): string {
  switch (keep) {
    case 'not':
      return 'It is asked for again next time.';
    case 'session':
      return 'In memory alone: it is gone when Berth ends.';
    case 'keychain':
      return `Encrypted on this computer; ${keychain?.kind === 'ready' ? keychain.name : 'the keychain'} holds the key.`;
  }
}
