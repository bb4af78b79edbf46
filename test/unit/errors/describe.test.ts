import { expect, test } from 'vitest';
import { describe } from '../../../shared/errors/describe.ts';
import { failure } from '../../../shared/errors/failure.ts';

test.each([
  [
    'Sorry, user admin may not run sudo on box.',
    'sudo does not allow admin to do this: Sorry, user admin may not run sudo on box.',
  ],
  ['no such rule;\n', 'sudo does not allow admin to do this: no such rule.'],
  ['really…', 'sudo does not allow admin to do this: really…'],
])('words of a host end a sentence with one full stop: %j', (detail, text) => {
  expect(describe(failure('privilege.not-allowed', { user: 'admin', detail })).text).toBe(text);
});

test('within a sentence, and where a template ends without a full stop, the words stay as they are', () => {
  const params = { command: 'ostree admin status.', exitCode: 1, detail: 'error: No such file.' };
  expect(describe(failure('facts.command-failed', params)).text).toBe(
    'ostree admin status. failed with exit code 1: error: No such file.',
  );
});

test('a parameter that is missing stays visible', () => {
  expect(describe(failure('ssh.unreachable')).text).toBe('No route to {address}.');
});
