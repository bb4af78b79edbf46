import { randomBytes } from 'node:crypto';
import { BerthError } from '../../../shared/errors/failure.ts';
import { readSnippet } from '../../../shared/logic/snippet.ts';
import { snippetLimits } from '../../../shared/model/run-limits.ts';
import type { Snippet, SnippetsFile } from '../../../shared/model/snippet.ts';
import type { JsonFile } from '../store/json-file.ts';

/** Commands that are kept under a name. */
export interface Snippets {
  /** By name. */
  list(): Snippet[];
  /** Rejects with `input.name-empty`, `run.command-empty`, `snippet.*` or `store.*`. */
  set(snippet: Omit<Snippet, 'id'> & { readonly id: string | null }): Promise<Snippet[]>;
  remove(id: string): Promise<Snippet[]>;
}

export function createSnippets(file: JsonFile<SnippetsFile>): Snippets {
  const sorted = ({ snippets }: SnippetsFile) =>
    [...snippets].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  return {
    list: () => sorted(file.read()),
    async set({ id, name: given, about, command: typed }) {
      const name = given.trim();
      const command = typed.trim();
      if (name === '') throw new BerthError('input.name-empty');
      if (command === '') throw new BerthError('run.command-empty');
      const read = readSnippet(command);
      if (!read.ok) throw BerthError.of(read.failure);
      return sorted(
        await file.update(({ snippets }) => {
          const others = snippets.filter((each) => each.id !== id);
          if (others.some((each) => each.name.toLowerCase() === name.toLowerCase())) {
            throw new BerthError('snippet.name-taken', { value: name });
          }
          if (others.length >= snippetLimits.count) throw new BerthError('snippet.full', { max: snippetLimits.count });
          return { snippets: [...others, { id: id ?? randomBytes(6).toString('hex'), name, about, command }] };
        }),
      );
    },
    remove: async (id) =>
      sorted(await file.update(({ snippets }) => ({ snippets: snippets.filter((each) => each.id !== id) }))),
  };
}
