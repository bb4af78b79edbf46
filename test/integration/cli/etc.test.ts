import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EtcComparison } from '../../../shared/model/etc.ts';
import { openCliUser } from '../../support/cli.ts';

let user: Awaited<ReturnType<typeof openCliUser>>;
beforeAll(async () => {
  user = await openCliUser();
});
afterAll(() => user.dispose());

const etc = (...words: readonly string[]) => user.run(['--demo', 'etc', ...words]);

describe('berth etc', () => {
  it('says what the next boot makes of /etc, blockers first, and exits 20 for them', async () => {
    const { code, out } = await etc('web-04.ber', '--staged');
    expect(code).toBe(20);
    expect(out).toMatch(
      /^web-04\.ber: 2\.14\.0 booted, 2\.15\.0 staged\n\nBlockers \(1\)\n {2}acme\/agent\.\w+ +It is a file here/,
    );
    expect(out).toMatch(
      /\nImage change hidden by your edit \(3\)\n(?: {2}.*\n)* {2}chrony\.conf +The file of this host stays, whole/,
    );
    expect(out).toMatch(/\n\d+ expected differences hidden\.\n$/);
  });

  it('says what was changed on the host alone, and exits 10', async () => {
    const { code, out } = await etc('web-04.ber');
    expect(code).toBe(10);
    expect(out).toMatch(/^web-04\.ber: 2\.14\.0 booted\n/);
    expect(out).toMatch(/\n {2}chrony\.conf +Edited here\.\n/);
    expect(out).not.toContain('Arrives');
  });

  it('shows one path with its versions, and exits by it alone', async () => {
    const { code, out } = await etc('web-04.ber', '/etc/chrony.conf', '--staged');
    expect(code).toBe(10);
    expect(out).toMatch(/^\/etc\/chrony\.conf\nImage change hidden by your edit: /);
    expect(out).toMatch(/\nimage now +file +0644 +0:0 +\d+ +[0-9a-f]{16}\nthis host .*\nnew image .*\n$/);
    expect(await etc('web-04.ber', 'nothing/there', '--staged')).toMatchObject({
      code: 0,
      out: expect.stringContaining('No differences.') as string,
    });
  });

  it('is JSON and CSV for programs, and Markdown for reports', async () => {
    const json = await etc('web-04.ber', '--staged', '--json');
    expect(json.out.trimEnd().split('\n')).toHaveLength(1);
    expect(EtcComparison.parse(JSON.parse(json.out)).entries.length).toBeGreaterThan(10);
    const [csv, markdown] = [await etc('web-04.ber', '--csv'), await etc('web-04.ber', '--markdown')];
    expect(csv.out).toMatch(/^host,path,outcome,.*\r\nweb-04\.ber,\/etc\//);
    expect(markdown.out).toMatch(/^# Drift of \/etc\n/);
    expect([json.code, csv.code, markdown.code]).toEqual([20, 10, 10]);
  });

  it('compares hosts, the odd one out first', async () => {
    const { code, out } = await etc('--compare', 'web-01.ber', 'web-04.ber');
    expect(code).toBe(10);
    expect(out).toMatch(/^A {2}web-0\d\.ber: \d+ changed\nB {2}web-0\d\.ber: \d+ changed\n\nPATH +A +B\n/);
    const same = await etc('--compare', 'web-04.ber', 'web-04.ber', '--json');
    expect(same).toMatchObject({ code: 0 });
    expect(JSON.parse(same.out)).toMatchObject({ kind: 'hosts-etc', groups: [{ hosts: ['web-04.ber'] }], rows: [] });
  });

  it('refuses what makes no sense, and says when nothing is staged', async () => {
    expect((await etc('--compare', 'web-04.ber')).code).toBe(2);
    expect((await etc('web-04.ber', 'a', 'b')).code).toBe(2);
    expect((await etc('web-04.ber', '--staged', '--rollback')).code).toBe(2);
    expect((await etc('nobody')).code).toBe(2);
    const nothing = await etc('web-01.ber', '--staged');
    expect(nothing).toMatchObject({ code: 1, out: '' });
    expect(nothing.err).toContain('nothing is staged');
  });
});
