import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCliUser } from '../../support/cli.ts';

let user: Awaited<ReturnType<typeof openCliUser>>;
beforeAll(async () => {
  user = await openCliUser();
});
afterAll(() => user.dispose());

const run = (...words: readonly string[]) => user.run(['--demo', 'run', ...words]);

describe('berth run', () => {
  it('groups hosts by what they said, and exits by the worst', async () => {
    expect(await run('hostname; id -un', 'web-01.ber')).toMatchObject({
      code: 0,
      out: '== web-01.ber: exit 0\nweb-01.ber\nadmin\n',
    });
    const { code, out } = await run('whoami; nonsense', 'web-01.ber', 'WEB-01.ber', 'web-04.ber');
    expect(code).toBe(1);
    expect(out).toMatch(/^== web-01\.ber web-04\.ber: exit 127\nadmin\nstderr: sh: nonsense: not found/);
  });

  it('is root when asked, and JSON for programs', async () => {
    const { code, out } = await run('whoami', 'web-01.ber', '--root', '--json', '--parallel', '4');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'run',
      asRoot: true,
      hosts: [{ host: 'web-01.ber', exitCode: 0, stdout: 'root\n' }],
    });
  });

  it('ends what runs with Ctrl-C and at the time limit', async () => {
    const interrupted = AbortSignal.timeout(0);
    expect(await user.run(['--demo', 'run', 'sleep 900', 'web-01.ber'], { interrupted })).toMatchObject({ code: 130 });
    expect(await run('sleep 900', 'web-01.ber', '--timeout', '1')).toMatchObject({
      code: 1,
      out: '== web-01.ber: time limit, exit 143\n',
    });
  });

  it('refuses what makes no sense', async () => {
    expect((await run('true')).code).toBe(2);
    expect((await run('true', 'web-01.ber', '--parallel', '0')).code).toBe(2);
    expect((await run(' ', 'web-01.ber')).code).toBe(1);
    expect((await run('true', 'nobody')).code).toBe(2);
  });
});
