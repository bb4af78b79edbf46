import { expect, it } from 'vitest';
import { createEntryMask } from '../../../electron/core/journal/mask-entries.ts';

const entry = (fields: Readonly<Record<string, string | Buffer>>) =>
  Object.entries(fields).map(([name, value]) => ({ name, value: Buffer.from(value as string), missing: 0 }));
const textOf = (fields: ReturnType<typeof entry>) =>
  Object.fromEntries(fields.map(({ name, value }) => [name, Buffer.from(value).toString('latin1')]));

it('secrets are masked in what programs say, by the name of a field, in command lines and in what is no UTF-8', () => {
  const mask = createEntryMask();
  const masked = mask.mask(
    entry({
      MESSAGE: 'login with password=hunter2 failed',
      DB_PASSWORD: 'hunter2',
      _CMDLINE: 'tool --token hunter2hunter2',
      BLOB: Buffer.concat([Buffer.from([0xff]), Buffer.from(' password=hunter2')]),
      _PID: '17',
      CODE_FILE: 'src/token.c',
    }),
  );
  expect(JSON.stringify(textOf([...masked] as ReturnType<typeof entry>))).not.toContain('hunter2');
  expect(textOf([...masked] as ReturnType<typeof entry>)).toMatchObject({ _PID: '17', CODE_FILE: 'src/token.c' });
  expect(mask.count).toBe(4);
});

it('a private key that a program printed line by line is masked to its end, what others say between is not', () => {
  const mask = createEntryMask();
  const say = (pid: string, message: string) =>
    textOf([...mask.mask(entry({ _PID: pid, MESSAGE: message }))] as ReturnType<typeof entry>)['MESSAGE'];
  expect(say('1', '-----BEGIN OPENSSH PRIVATE KEY-----')).toContain('[masked]');
  expect(say('1', 'b3BlbnNzaC1rZXktdjEAAAAA')).toBe('[masked]');
  expect(say('2', 'hello')).toBe('hello');
  expect(say('1', '-----END OPENSSH PRIVATE KEY-----')).toBe('[masked]');
  expect(say('1', 'hello again')).toBe('hello again');
});
