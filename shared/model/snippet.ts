import * as z from 'zod';
import { runLimits } from './run.ts';

/** Limits of snippets; lengths in characters. */
export const snippetLimits = { name: 80, about: 500, count: 500, value: 1000, parameters: 20 } as const;

/** A command line that is kept under a name. `{{word}}` in it is a parameter (`shared/logic/snippet.ts`). */
export const Snippet = z.object({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  name: z.string().min(1).max(snippetLimits.name),
  about: z.string().max(snippetLimits.about).default(''),
  command: z.string().min(1).max(runLimits.command),
});
export type Snippet = z.infer<typeof Snippet>;

/** The file of the snippets. */
export const SnippetsFile = z.object({ snippets: z.array(Snippet).max(snippetLimits.count) });
export type SnippetsFile = z.infer<typeof SnippetsFile>;
