import * as z from 'zod';

/**
 * Rules for sudo on one host: `text` for a file at `path` there (owner root, mode 0440), which `check` looks through before it is
 * put in place. They allow `user` what Berth reads as root, and no more; what they leave out is said in the text.
 */
export const SudoRules = z.object({ user: z.string(), path: z.string(), text: z.string(), check: z.string() });
export type SudoRules = z.infer<typeof SudoRules>;
