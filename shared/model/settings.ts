import * as z from 'zod';

/** What the user may set. A field that is missing in the file takes its default. `readLogs`: panes with logs speak to screen readers. */
export const Settings = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  contrast: z.enum(['system', 'normal', 'high']).default('system'),
  readLogs: z.boolean().default(false),
});
export type Settings = z.infer<typeof Settings>;
