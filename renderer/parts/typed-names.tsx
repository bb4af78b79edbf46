import './typed-names.css';
import { useMemo, useState, type ReactNode } from 'react';
import { plural } from '../../shared/logic/format.ts';
import { TextField } from '../components/field.tsx';

/** A host whose name must be typed, and the production tag for which. */
export interface GuardedHost {
  readonly name: string;
  readonly tag: string;
}

/** What is typed, and what is still missing. */
export interface TypedNames {
  readonly wanted: readonly GuardedHost[];
  readonly typed: ReadonlySet<string>;
  /** Why the start must wait; null: everything wanted has been typed. */
  readonly missing: string | null;
  readonly text: string;
  readonly setText: (text: string) => void;
}

/** The names of `wanted` have to be typed by hand before something goes on. */
export function useTypedNames(wanted: readonly GuardedHost[]): TypedNames {
  const [text, setText] = useState('');
  const typed = useMemo(() => new Set(text.split('\n').map((line) => line.trim())), [text]);
  const left = wanted.filter(({ name }) => !typed.has(name));
  return { wanted, typed, missing: missingText(left), text, setText };
}

function missingText(left: readonly GuardedHost[]): string | null {
  const [first] = left;
  if (!first) return null;
  return left.length === 1
    ? `The name of ${first.name} has to be typed.`
    : `The names of ${plural(left.length, 'host')} have to be typed.`;
}

/** The field for the names; nothing where none is wanted. */
export function TypedNamesField({ names }: { readonly names: TypedNames }): ReactNode {
  const { wanted, text, setText } = names;
  const [first] = wanted;
  if (!first) return null;
  const tags = [...new Set(wanted.map(({ tag }) => tag))].join(', ');
  return (
    <div className="typed-names">
      {wanted.length === 1 ? (
        <TextField
          label={
            <>
              Type <b className="b-strong">{first.name}</b> to confirm
            </>
          }
          mono
          value={text}
          hint={`It has the tag ${tags}: production.`}
          onChange={setText}
        />
      ) : (
        <TextField
          label={`Type the names of the ${plural(wanted.length, 'production host')}, one a line`}
          mono
          rows={Math.min(6, wanted.length)}
          value={text}
          hint={`They have the tag ${tags}: ${wanted.map(({ name }) => name).join(', ')}.`}
          onChange={setText}
        />
      )}
    </div>
  );
}
