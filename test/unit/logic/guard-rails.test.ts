import { describe, expect, it } from 'vitest';
import { guardOf, guardRefusal, productionTag } from '../../../shared/logic/guard-rails.ts';
import type { Verb } from '../../../shared/model/verb.ts';

const OFF = { readOnlyMode: false, productionTags: ['Production', 'prod'] };
const web = { name: 'web-01.ber', tags: ['web', 'PROD'] };
const lab = { name: 'lab-01', tags: ['lab', 'production-like'] };

describe('guard rails', () => {
  const verbs: readonly [Verb, boolean][] = [
    ['check', false],
    ['download', false],
    ['upgrade', false],
    ['unstage', false],
    ['pin', false],
    ['usr-overlay', false],
    ['reboot', true],
    ['soft-reboot', true],
    ['switch', true],
    ['rollback', true],
  ];
  it.each(verbs)('%s', (verb, wantsName) => {
    expect(guardOf(OFF, web, { verb }).kind).toBe(wantsName ? 'typed-name' : 'none');
    expect(guardOf(OFF, lab, { verb }).kind).toBe('none');
    expect(guardOf({ ...OFF, productionTags: [] }, web, { verb }).kind).toBe('none');
    // Nothing at all, whatever the host is and whatever was typed.
    const readOnly = guardOf({ ...OFF, readOnlyMode: true }, lab, { verb });
    expect(guardRefusal(readOnly, lab.name)?.code).toBe('guard.read-only');
  });

  it('wants the very name', () => {
    const guard = guardOf(OFF, web, { verb: 'reboot' });
    expect(guard).toEqual({ kind: 'typed-name', name: 'web-01.ber', tag: 'PROD' });
    expect(guardRefusal(guard, 'web-01.ber')).toBeNull();
    for (const typed of [null, '', 'web-01', 'WEB-01.BER', 'web-01.ber ']) {
      expect(guardRefusal(guard, typed)).toMatchObject({
        code: 'guard.name-not-typed',
        params: { host: 'web-01.ber', tag: 'PROD' },
      });
    }
    expect(guardRefusal(guardOf(OFF, lab, { verb: 'reboot' }), null)).toBeNull();
  });

  it('knows a production host by its tag, in any case', () => {
    expect(productionTag(OFF, web.tags)).toBe('PROD');
    expect(productionTag(OFF, lab.tags)).toBeNull();
    expect(productionTag({ ...OFF, productionTags: [] }, web.tags)).toBeNull();
  });
});
