import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { KeychainState, SecretsState } from '../model/secret.ts';
import { base } from './errors.ts';

/** Remembered passwords and passphrases: what there is and how to be rid of it. No secret ever crosses this border outwards. */
export const secret = {
  /** What is remembered, again whenever it changes. */
  watch: base.output(eventIterator(SecretsState)),
  /** Whether the keychain of this computer can be used. The system may ask to unlock it, so it is asked only where it matters. */
  keychain: base.output(KeychainState),
  /** One that is gone already is no error. */
  forget: base.input(z.object({ id: z.string().max(64) })),
  forgetAll: base,
};
