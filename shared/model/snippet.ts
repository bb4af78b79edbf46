import * as z from 'zod';
import { runLimits, snippetLimits } from './run-limits.ts';

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
