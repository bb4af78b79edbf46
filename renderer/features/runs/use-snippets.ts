import { useCallback, useEffect, useState } from 'react';
import type { Snippet } from '../../../shared/model/snippet.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';

/** The snippets, and what changes them. `problem`: why the last of that was not done, in words. */
export interface Snippets {
  readonly snippets: readonly Snippet[];
  readonly problem: string | null;
  /** Resolves with whether it was kept. */
  save(snippet: Omit<Snippet, 'id'> & { readonly id: string | null }): Promise<boolean>;
  remove(id: string): Promise<void>;
}

export function useSnippets(): Snippets {
  const { client } = useSession();
  const [snippets, setSnippets] = useState<readonly Snippet[]>([]);
  const [problem, setProblem] = useState<string | null>(null);

  const take = useCallback(async (asked: Promise<Snippet[]>) => {
    try {
      setSnippets(await asked);
      setProblem(null);
      return true;
    } catch (error) {
      setProblem(failureText(failureOf(error)));
      return false;
    }
  }, []);
  useEffect(() => {
    client.snippet.list().then(setSnippets, (error: unknown) => setProblem(failureText(failureOf(error))));
  }, [client]);

  return {
    snippets,
    problem,
    save: (snippet) => take(client.snippet.set(snippet)),
    async remove(id) {
      await take(client.snippet.remove({ id }));
    },
  };
}
