import { describe, expect, it } from 'vitest';
import { createAuthFlow } from '../../../electron/core/ssh/auth.ts';
import { placeOf } from '../../support/ssh-places.ts';

const unused = () => Promise.reject(new Error('not asked for'));

describe('createAuthFlow', () => {
  it('shows the ways in that a host names as plain, bounded text', async () => {
    const flow = createAuthFlow({
      target: placeOf(),
      parser: { private: () => ({ unusable: '' }), public: () => null, isUsable: () => false },
      keyRing: { open: unused },
      accepted: () => ({ algorithm: undefined }),
      questions: { passphrase: unused, keyboard: unused, password: unused, passwordAccepted: () => undefined },
    });
    await flow.next(null, false);
    await flow.next(['\u001b]0;owned\u0007hostbased', 'x\r\n\u001b[2J', 'y'.repeat(100_000)], false);
    const { allowed = '' } = flow.denied().failure.params;
    expect(allowed).toMatch(/^hostbased, x, y+…$/);
    expect(String(allowed).length).toBeLessThanOrEqual(200);
  });
});
