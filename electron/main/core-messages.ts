import type { Failure } from '../../shared/errors/failure.ts';

/**
 * From main to the core process. `keychain` comes first and brings the port over which main answers for the keychain of this computer;
 * `page` brings the hub port of a page that has loaded.
 */
export type ToCore = { readonly kind: 'keychain' } | { readonly kind: 'page' } | { readonly kind: 'stop' };

/** From the core process to main. */
export type FromCore = { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly failure: Failure };

/** What main tells the core process at its start, as one JSON argument: paths and numbers, no secret. */
export interface CoreArguments {
  readonly dataDir: string | null;
  readonly inventoryFile: string | null;
  readonly demo: number | null;
  /** Where compiled code is kept; null: nowhere. */
  readonly codeCacheDir: string | null;
}
