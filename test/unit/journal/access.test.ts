import { describe, expect, it } from 'vitest';
import { accessOf } from '../../../electron/core/journal/ask-journal.ts';

const identity = (differs: Readonly<Record<string, string>> = {}) =>
  Object.entries({ 'user-id': '1000', user: 'admin', persistent: 'yes', journal: 'readable', ...differs })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
const HINT = 'Hint: You are currently not seeing messages from other users and the system.\n';
const DENIED = 'No journal files were opened due to insufficient permissions.\n';

describe('what of a journal can be read', () => {
  it.each([
    ['all of it, by a group', identity(), '', false, false, 'all', []],
    ['all of it, by root', identity({ 'user-id': '0', user: 'root' }), '', false, true, 'all', []],
    ['what the user said', identity(), HINT, false, false, 'own', ['journal.own-only']],
    [
      'what the user said, by the files',
      identity({ journal: 'unreadable' }),
      '',
      false,
      false,
      'own',
      ['journal.own-only'],
    ],
    ['nothing', identity({ journal: 'unreadable' }), DENIED, true, false, 'none', ['journal.unreadable']],
    ['only this boot', identity({ persistent: 'no' }), '', false, false, 'all', ['journal.volatile']],
    ['no journal', identity({ persistent: 'no', journal: 'none' }), '', true, false, 'none', ['journal.missing']],
    ['nothing that passes', identity(), '', true, false, 'all', []],
  ] as const)('%s', (_, frame, notices, isEmpty, privileged, readable, why) => {
    const access = accessOf(frame, notices, isEmpty, privileged);
    expect(access).toMatchObject({ readable, privileged: privileged || access.user === 'root' });
    expect(access.why.map(({ code }) => code)).toEqual(why);
  });
});
