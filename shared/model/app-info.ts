import * as z from 'zod';
import { Failure } from './failure.ts';

/** About this Berth. `demo` is the number of simulated hosts, null outside the demo. `agentKeys` null: no ssh-agent found. */
export const AppInfo = z.object({
  version: z.string(),
  home: z.enum(['electron', 'browser', 'cli', 'test']),
  demo: z.number().nullable(),
  demoOnly: z.boolean(),
  user: z.string(),
  workstation: z.string(),
  agentKeys: z.number().nullable(),
  dataDir: z.string(),
  /** Files of Berth's own that could not be read and were set aside. */
  problems: z.array(Failure),
});
export type AppInfo = z.infer<typeof AppInfo>;
