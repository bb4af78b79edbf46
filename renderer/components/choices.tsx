import { useId, type ReactNode } from 'react';

/** One of a few, each with a sentence about what it means. */
export function Choices<T extends string>({
  legend,
  value,
  options,
  onChange,
}: {
  readonly legend: ReactNode;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string; readonly about?: ReactNode }[];
  readonly onChange: (value: T) => void;
}): ReactNode {
  const name = useId();
  return (
    <fieldset className="b-choices">
      <legend>{legend}</legend>
      {options.map(({ value: each, text, about }) => (
        <label key={each}>
          <input type="radio" name={name} checked={each === value} onChange={() => onChange(each)} />
          <span>
            {text}
            {about !== undefined && <span className="b-choices__about">{about}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
