import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EtcView } from '../../shared/model/etc.ts';
import type { VerbRequest } from '../../shared/model/verb.ts';
import type { SourcePlace } from '../../shared/model/source.ts';

/** Verbs that want to be told more before there is a plan: which image, which arguments, when. */
export type FormVerb = 'switch' | 'kernel-arguments' | 'reboot';

/**
 * What can be opened over a page. A feature asks for a dialog by its kind, the app shows it: so that no feature
 * has to know another one. `plan` is for the verbs that want a confirmation, `verb-form` what comes before some of them; `sources`: what is followed, and what changed there;
 * `run`: a command, on hosts that are named in the dialog where there are none.
 */
export type Dialog =
  | { readonly kind: 'plan'; readonly request: VerbRequest; readonly hostIds: readonly string[] }
  | { readonly kind: 'verb-form'; readonly verb: FormVerb; readonly hostIds: readonly string[] }
  | { readonly kind: 'add-host'; readonly address: string }
  | { readonly kind: 'edit-host'; readonly hostId: string }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'import'; readonly from: SourcePlace['kind'] }
  | { readonly kind: 'sources' }
  | { readonly kind: 'export' }
  | { readonly kind: 'bundle'; readonly hostIds: readonly string[] }
  | { readonly kind: 'run'; readonly hostIds: readonly string[]; readonly command: string; readonly asRoot: boolean }
  | { readonly kind: 'snippets' }
  | { readonly kind: 'etc-hosts' | 'etc-report'; readonly hostIds: readonly string[]; readonly view: EtcView }
  | { readonly kind: 'palette'; readonly text: string }
  | { readonly kind: 'keys' };

export interface DialogsSlice {
  readonly open: Dialog | null;
}

export interface DialogsStore extends StoreApi<DialogsSlice> {
  show(dialog: Dialog): void;
  close(): void;
}

/** One dialog at a time; showing another one replaces it. Prompts are apart: they lie over everything (prompts-store). */
export function createDialogsStore(): DialogsStore {
  const store = createStore<DialogsSlice>()(() => ({ open: null }));
  return {
    ...store,
    show: (open) => store.setState({ open }),
    close: () => store.setState({ open: null }),
  };
}
