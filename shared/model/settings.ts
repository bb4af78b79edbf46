import { z } from 'zod';

/** What the user may set. A field that is missing in the file takes its default. */
export const Settings = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  contrast: z.enum(['system', 'normal', 'high']).default('system'),
});
export type Settings = z.infer<typeof Settings>;
