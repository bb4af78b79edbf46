import * as z from 'zod';
import { runLimits, snippetLimits } from '../model/run-limits.ts';
import { Snippet } from '../model/snippet.ts';
import { base } from './errors.ts';

export const snippet = {
  /** All snippets, by name. */
  list: base.output(z.array(Snippet)),
  /** Keeps a snippet: a new one (`id` null), or another version of one. Refused where its name is taken or a parameter stands where it cannot be quoted. */
  set: base
    .input(
      z.object({
        id: z.string().nullable(),
        name: z.string().max(snippetLimits.name),
        about: z.string().max(snippetLimits.about),
        command: z.string().max(runLimits.command),
      }),
    )
    .output(z.array(Snippet)),
  remove: base.input(z.object({ id: z.string() })).output(z.array(Snippet)),
};
