import { useMemo, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { plural } from '../../../shared/logic/format.ts';
import { guardOf } from '../../../shared/logic/guard-rails.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { TextField } from '../../components/field.tsx';
import { useFleet, useSession } from '../../state/session-context.ts';

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

/** Production hosts among `hostIds` that the request wants to be named by hand (`shared/logic/guard-rails.ts`). */
export function useTypedNames(request: VerbRequest, hostIds: readonly string[]): TypedNames {
  const { settings } = useSession();
  const guards = useStore(settings, (state) => state.settings);
  const rows = useFleet((state) => state.rows);
  const [text, setText] = useState('');
  const wanted = useMemo(
    () =>
      hostIds.flatMap((hostId) => {
        const row = rows.get(hostId);
        const guard = row && guardOf(guards, row, request);
        return guard?.kind === 'typed-name' ? [{ name: guard.name, tag: guard.tag }] : [];
      }),
    [guards, hostIds, request, rows],
  );
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
    <div className="plan__names">
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
