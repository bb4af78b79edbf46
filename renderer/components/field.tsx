import { useId, type ChangeEvent, type InputHTMLAttributes, type ReactNode } from 'react';
import { Icon } from './icon.tsx';

type InputProps = Omit<
  InputHTMLAttributes<HTMLInputElement>,
  'value' | 'onChange' | 'onBlur' | 'id' | 'className' | 'aria-invalid' | 'aria-describedby'
>;

/** A labelled text field with its hint, and an error that is told at the field. */
export function TextField({
  label,
  value,
  onChange,
  error,
  hint,
  mono = false,
  rows,
  autoFocus,
  onBlur,
  ...input
}: InputProps & {
  readonly label: ReactNode;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  readonly error?: string | undefined;
  readonly hint?: ReactNode;
  readonly mono?: boolean;
  /** More than one line. */
  readonly rows?: number;
}): ReactNode {
  const id = useId();
  const described = error !== undefined ? `${id}-error` : hint !== undefined ? `${id}-hint` : undefined;
  const shared = {
    id,
    value,
    className: mono ? 'b-input b-input--mono' : 'b-input',
    'aria-invalid': error !== undefined,
    'aria-describedby': described,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => onChange(event.target.value),
    ...(autoFocus && { 'data-autofocus': true }),
  };
  return (
    <div className="b-field">
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? (
        <input type="text" spellCheck={false} autoComplete="off" onBlur={onBlur} {...input} {...shared} />
      ) : (
        <textarea rows={rows} name={input.name} maxLength={input.maxLength} onBlur={onBlur} {...shared} />
      )}
      <FieldMessage id={id} error={error} hint={hint} />
    </div>
  );
}

/** One of a few values, with a label. */
export function SelectField<T extends string>({
  label,
  value,
  options,
  hint,
  onChange,
}: {
  readonly label: ReactNode;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string; readonly disabled?: boolean }[];
  readonly hint?: ReactNode;
  readonly onChange: (value: T) => void;
}): ReactNode {
  const id = useId();
  return (
    <div className="b-field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="b-input"
        value={value}
        aria-describedby={hint !== undefined ? `${id}-hint` : undefined}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled === true}>
            {option.text}
          </option>
        ))}
      </select>
      <FieldMessage id={id} error={undefined} hint={hint} />
    </div>
  );
}

/** What stands under a field: its error, else its hint. `id` is the field's. */
export function FieldMessage({
  id,
  error,
  hint,
}: {
  readonly id: string;
  readonly error: string | undefined;
  readonly hint?: ReactNode;
}): ReactNode {
  if (error !== undefined) {
    return (
      <p className="b-field__error" id={`${id}-error`}>
        <Icon name="exclamation-circle" tone="danger" />
        <span>{error}</span>
      </p>
    );
  }
  return (
    hint !== undefined && (
      <p className="b-field__hint" id={`${id}-hint`}>
        {hint}
      </p>
    )
  );
}
