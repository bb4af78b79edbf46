import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCliUser } from '../../support/cli.ts';

let user: Awaited<ReturnType<typeof openCliUser>>;
beforeAll(async () => {
  user = await openCliUser();
});
afterAll(() => user.dispose());

describe('a verb on the command line', () => {
  it('--json prints the plan and does nothing', async () => {
    const { code, out } = await user.run(['rollback', 'web-05.fra', '--json', '--demo']);
    const { plan, words, preflight } = JSON.parse(out) as Record<string, unknown>;
    expect(plan).toMatchObject({ hostName: 'web-05.fra', request: { verb: 'rollback' }, tool: 'bootc' });
    expect(words).toMatchObject({ title: 'Roll web-05.fra back' });
    expect(Array.isArray(preflight)).toBe(true);
    expect(code).toBe(0);
  });

  it('--plan prints it for people, with all that it means', async () => {
    const { code, out } = await user.run(['switch', 'web-05.fra', 'quay.io/acme/other:2', '--plan', '--demo']);
    expect(out).toMatch(/^Switch web-05\.fra to another image$/m);
    expect(out).toMatch(/^ +bootc switch quay\.io\/acme\/other:2/m);
    expect(code).toBe(0);
  });

  it('etc-restore takes paths of /etc, and says what is true now and after the next boot', async () => {
    const paths = ['/etc/chrony.conf', 'acme/agent.conf'];
    const { code, out } = await user.run(['etc-restore', 'web-04.ber', ...paths, '--plan', '--demo']);
    expect(out).toMatch(/\/etc\/chrony\.conf becomes what 2\.14\.0 ships: content, mode and owner\./);
    expect(out).toMatch(/^ +rm \/etc\/acme\/agent\.conf/m);
    expect(code).toBe(0);
  });

  it('done is 0, nothing to do is 10, and a refusal says why', async () => {
    expect(await user.run(['pin', 'web-05.fra', 'rollback', '--yes', '--demo'])).toMatchObject({ code: 0 });
    const newest = await user.run(['check', 'web-02.ber', '--demo']);
    expect([newest.code, newest.out.trimEnd().split('\n').at(-1)]).toEqual([
      10,
      'web-02.ber: No update: the registry has nothing newer.',
    ]);
    const refused = await user.run(['undo', 'web-05.fra', '--demo']);
    expect(refused.code).toBe(2);
    const nothing = await user.run(['rollback', 'web-05.fra', '--undo', '--yes', '--demo']);
    expect([nothing.code, nothing.err]).toEqual([1, expect.stringContaining('No rollback is queued.')]);
  });

  it.each([
    [['kernel-arguments', 'web-05.fra']],
    [['reboot', 'web-05.fra', '--delay', 'soon']],
    [['switch', 'web-05.fra']],
    [['switch', 'web-05.fra', 'quay.io/acme/os', '--transport', 'ftp']],
    [['pin', 'web-05.fra']],
    [['etc-restore', 'web-05.fra', '../passwd']],
  ])('%j is not understood: exit 2', async (words) => {
    expect(await user.run([...words, '--demo'])).toMatchObject({ code: 2 });
  });
});
