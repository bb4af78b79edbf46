import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHistoryIndex } from '../../../electron/core/operations/history-index.ts';
import { writeOperation } from '../../../electron/core/operations/operation-files.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { openCliUser } from '../../support/cli.ts';
import { makeOperation } from '../../unit/operations/samples.ts';

type CliUser = Awaited<ReturnType<typeof openCliUser>>;
let user: CliUser;
let dir: string;

beforeAll(async () => {
  user = await openCliUser();
  dir = join(user.dir, 'data', 'operations');
  const index = createHistoryIndex(dir);
  for (const number of [1, 2, 3]) {
    const outcome =
      number === 2
        ? { kind: 'failed' as const, failure: failure('operation.policy', { detail: 'x' }), staged: false }
        : { kind: 'no-update' as const };
    const operation = makeOperation(number, { phase: 'ended', endedAt: number + 4_000, outcome });
    const ended = { ...operation, plan: { ...operation.plan, hostName: `web-0${String(number)}` } };
    await writeOperation(dir, ended);
    await index.put(ended);
    await index.seal(ended);
  }
});
afterAll(() => user.dispose());

describe('berth history', () => {
  it('shows what was done, newest first, of all hosts or one', async () => {
    const { code, out } = await user.run(['history']);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^STARTED +HOST +WHAT +TOOK +BY +OUTCOME$/);
    expect(lines.slice(1).map((line) => /web-0\d/.exec(line)?.[0])).toEqual(['web-03', 'web-02', 'web-01']);
    expect(code).toBe(0);
    expect((await user.run(['history', 'web-01'])).out.trimEnd().split('\n')).toHaveLength(2);
    const limited = await user.run(['history', '-n', '1']);
    expect(limited.out.trimEnd().split('\n')).toHaveLength(2);
    expect(limited.err).toBe('1 of 3: --limit 3 shows all.\n');
    expect((await user.run(['history', 'web-09'])).err).toBe('Nothing was done that fits.\n');
  });

  it('takes the filter of the page, and says what is wrong with it', async () => {
    expect((await user.run(['history', '--filter', 'outcome:failed'])).out).toMatch(/web-02 .*Failed: /);
    const wrong = await user.run(['history', '--filter', 'outcome:bad']);
    expect([wrong.code, wrong.out]).toEqual([2, '']);
    expect(wrong.err).toContain('“bad” is none of running');
  });

  it('is exported', async () => {
    const json = JSON.parse((await user.run(['history', '--json'])).out) as { entries: unknown[] };
    expect(json.entries).toHaveLength(3);
    const csv = (await user.run(['history', 'web-02', '--csv'])).out;
    expect(csv.split('\r\n')[1]).toMatch(/^000000000002,web-02,host-2,Upgrade,failed,/);
    expect((await user.run(['history', '--csv', '--json'])).code).toBe(2);
  });

  it('is verified, and an edit shows', async () => {
    const whole = await user.run(['history', '--verify']);
    expect(whole.out).toMatch(
      /^Nothing was changed\.\nChain +7 lines, begun .*\nOperations +3 operations, 3 files read/,
    );
    expect(whole.code).toBe(0);
    const index = join(dir, 'index.jsonl');
    await writeFile(index, (await readFile(index, 'utf8')).replace('web-02', 'web-09'));
    const edited = await user.run(['history', '--verify']);
    expect(edited.out).toMatch(/^The history is not what was written\.\n {2}Line 4 of the history is not what/);
    expect(edited.out).toContain('that its host is “web-09”; its own file says “web-02”.');
    expect(edited.code).toBe(1);
    const { out } = await user.run(['history', '--verify', '--json']);
    expect(JSON.parse(out)).toMatchObject({ version: 1, whole: false, firstBroken: { line: 4 } });
  });
});
