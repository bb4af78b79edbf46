import { useState, type ReactNode } from 'react';
import { SelectField } from '../../components/field.tsx';
import './verb-form.css';

const atOnceChoices = ['1', '2', '5', '10', '25', '64'] as const;
type AtOnce = (typeof atOnceChoices)[number];

/** How many hosts are at it at once, and whether one that fails ends it. */
export interface BulkOptions {
  readonly atOnce: number;
  readonly stopOnFailure: boolean;
  readonly field: ReactNode;
}

/** Ten at once are quick and leave a registry in peace; a failure is worth a look before the next host has it too. */
export function useBulkOptions(): BulkOptions {
  const [atOnce, setAtOnce] = useState<AtOnce>('10');
  const [stopOnFailure, setStopOnFailure] = useState(true);
  return {
    atOnce: Number(atOnce),
    stopOnFailure,
    field: (
      <div className="plan__bulk">
        <SelectField
          label="Hosts at once"
          value={atOnce}
          options={atOnceChoices.map((value) => ({ value, text: value }))}
          onChange={setAtOnce}
        />
        <label className="verb-form__check">
          <input type="checkbox" checked={stopOnFailure} onChange={(event) => setStopOnFailure(event.target.checked)} />
          <span>
            Begin no more when a host fails
            <small>Those that run go on. What was left out can be tried again.</small>
          </span>
        </label>
      </div>
    ),
  };
}
