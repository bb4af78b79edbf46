import type { RootTool } from '../../../shared/model/host-facts.ts';

/**
 * How a script gets root on a host; `by` left out means sudo. The password lives in memory only, and is written to sudo's stdin after sudo asked for it:
 * never on a command line, never to a shell.
 */
export type RootAccess =
  | { readonly kind: 'root' }
  | { readonly kind: 'sudo'; readonly by?: RootTool | undefined }
  | { readonly kind: 'sudo-password'; readonly password: string }
  | { readonly kind: 'none' };
