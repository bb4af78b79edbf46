import { useState, type ReactNode } from 'react';
import { HistoryLimits, type Settings } from '../../../shared/model/settings.ts';

const fields: readonly (readonly [keyof HistoryLimits, string, string])[] = [
  ['days', 'Not older than', 'days'],
  ['operations', 'No more than the newest', 'operations'],
  ['megabytes', 'No more on the disk than', 'MB'],
];

/** How much of the history is kept. */
export function HistorySettings({
  limits,
  onChange,
}: {
  readonly limits: HistoryLimits;
  readonly onChange: (change: Pick<Settings, 'history'>) => void;
}): ReactNode {
  return (
    <section aria-labelledby="settings-history">
      <h2 id="settings-history">History</h2>
      <fieldset>
        <legend>Keep logs and states; empty is without a limit</legend>
        {fields.map(([name, before, unit]) => (
          <LimitField
            // The key: what is kept may have been changed by another window.
            key={`${name} ${String(limits[name])}`}
            label={`${before}, in ${unit}`}
            before={before}
            unit={unit}
            kept={limits[name]}
            parse={(text) => HistoryLimits.shape[name].safeParse(text === '' ? null : Number(text))}
            onChange={(value) => onChange({ history: { ...limits, [name]: value } })}
          />
        ))}
        <p className="settings__hint">
          For the disk the oldest logs go first. What was done, by whom and how it ended stays for good, and the chain
          of hashes with it.
        </p>
      </fieldset>
    </section>
  );
}

function LimitField({
  label,
  before,
  unit,
  kept,
  parse,
  onChange,
}: {
  readonly label: string;
  readonly before: string;
  readonly unit: string;
  readonly kept: number | null;
  readonly parse: (text: string) => { readonly success: boolean; readonly data?: number | null };
  readonly onChange: (value: number | null) => void;
}): ReactNode {
  const [text, setText] = useState(kept === null ? '' : String(kept));
  const { success, data = null } = parse(text.trim());
  const commit = () => {
    if (success && data !== kept) onChange(data);
  };
  return (
    <label className="settings__limit">
      <span>{before}</span>
      <input
        type="text"
        inputMode="numeric"
        className="b-input"
        aria-label={label}
        aria-invalid={!success}
        value={text}
        placeholder="–"
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
      <span>{success ? unit : `${unit}: a whole number from 1 on`}</span>
    </label>
  );
}
