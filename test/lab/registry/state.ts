import type { ImageName } from '../images/image-set.ts';

/** What goes wrong at a registry. `unreachable` closes connections unanswered; `cut` ends a blob in the middle. */
export type RegistryFault = null | 'unreachable' | 'unauthorized' | 'not-found' | 'slow' | 'cut';

/** The switches of a registry: a JSON file that is read at each request, so that any process may turn them. */
export interface RegistryState {
  /** Tag of the repository `os` → the image it stands for. */
  readonly tags: Readonly<Record<string, ImageName>>;
  readonly fault: RegistryFault;
  /** Pace of blobs and ostree objects while `slow`; 20,000 when not given. */
  readonly bytesPerSecond?: number;
  /** How much of a blob or an ostree object is sent before the connection breaks while `cut`; half of it when not given. */
  readonly cutAfterBytes?: number;
  /** Who may read; null lets everybody. */
  readonly credentials: null | { readonly user: string; readonly password: string };
}

/** Everything in order: `stable` is v1, open to everybody. */
export const initialRegistryState: RegistryState = { tags: { stable: 'v1' }, fault: null, credentials: null };
