import { describe, expect, it } from 'vitest';
import { dropInFor } from '../../../shared/logic/etc-drop-ins.ts';
import { compareEtc } from '../../../shared/logic/etc-merge.ts';
import { planPromotion, type PromotedChange } from '../../../shared/logic/etc-promote.ts';
import { sysusersOf } from '../../../shared/logic/etc-promote-accounts.ts';
import { contentOf, fifo, file, folder, link, tree } from './etc-trees.ts';
import type { Nodes } from './etc-rows.ts';

const context = { host: 'web-04.ber', version: '2.14.0', day: '2026-11-21' };
const bytes = (text: string) => new TextEncoder().encode(text);

function promote(base: Nodes, local: Nodes) {
  const entries = compareEtc({
    base: tree(base),
    local: tree(local),
    target: null,
    view: 'drift',
    backend: 'ostree',
    isTransient: false,
    rules: { hidden: [] },
  });
  const content = (node: (typeof entries)[number]['base']) => (node?.type === 'file' ? bytes(contentOf(node)) : null);
  const changes = entries.map((entry): PromotedChange => {
    // Where only the mode was changed no content is read.
    if (entry.here === 'metadata') return { entry, local: null, base: null };
    return { entry, local: content(entry.local), base: content(entry.base) };
  });
  const plan = planPromotion(changes, context);
  const files = plan.files.map(({ path, node, content: inside }) => {
    const what = node.type === 'symlink' ? `→ ${node.link ?? ''}` : new TextDecoder().decode(inside);
    return [path, node.mode.toString(8), what];
  });
  return { ...plan, files };
}

describe('what was changed on a host, for its image', () => {
  const plan = promote(
    { 'motd.conf': 'a\n', 'perm.conf': 'a', gone: 'a', 'gone.d/': '', 'cron.d/': '', shadow: 'a', swapped: 'a' },
    {
      'motd.conf': 'l\n',
      'perm.conf': file('a', { mode: 0o600, gid: 7 }),
      'cron.d/': folder(0o700),
      shadow: 'b',
      'own.d/': '',
      'own.d/x y.conf': file('x', { mode: 0o640, uid: 5 }),
      'empty%.d/': folder(0o2750, { gid: 9 }),
      'link.conf': link('own.d'),
      'api.conf': 'password = hunter2\n',
      queue: fifo(),
      'a\nb': 'x',
      'swapped/': '',
    },
  );

  it('is files with their modes and drop-ins of others', () => {
    expect(plan.files).toEqual([
      ['etc/empty%.d/', '2750', ''],
      ['etc/link.conf', '777', '→ own.d'],
      ['etc/motd.conf', '644', 'l\n'],
      ['etc/own.d/', '755', ''],
      ['etc/own.d/x y.conf', '640', 'x'],
      ['etc/swapped/', '755', ''],
      ['usr/lib/tmpfiles.d/90-local.conf', '644', 'd /etc/cron.d 0700 0 0 -\nd /etc/empty%%.d 2750 0 9 -\n'],
    ]);
  });

  it('is lines of a Containerfile for what copying cannot do', () => {
    expect(plan.containerfile).toBe(`# Changes to /etc of web-04.ber, which ran 2.14.0, taken by Berth on 2026-11-21.
# Left out: /etc/a\\nb. Its name cannot be written in a Containerfile.
# Left out: /etc/api.conf. What is in it looks like a password or a key.
# Left out: /etc/queue. It is neither a file nor a directory nor a link.
# Left out: /etc/shadow. It holds a secret.
RUN rm -rf -- /etc/gone
RUN rm -rf -- /etc/gone.d
RUN rm -rf -- /etc/swapped
COPY etc/ /etc/
COPY usr/ /usr/
RUN chown -h 5:0 -- '/etc/own.d/x y.conf'
RUN chown -h 0:7 -- /etc/perm.conf
RUN chmod 0600 -- /etc/perm.conf
`);
  });

  it('is a patch, which git takes', () => {
    expect(plan.patch).toContain(
      'diff --git a/etc/motd.conf b/etc/motd.conf\n--- a/etc/motd.conf\n+++ b/etc/motd.conf\n@@ -1,1 +1,1 @@\n-a\n+l\n',
    );
    expect(plan.patch).toContain(
      'diff --git a/etc/gone b/etc/gone\ndeleted file mode 100644\n--- a/etc/gone\n+++ /dev/null\n',
    );
    expect(plan.patch).toContain('new file mode 100644\n--- /dev/null\n+++ b/etc/own.d/x y.conf\n');
    expect(plan.patch).not.toMatch(/hunter2|shadow/);
  });

  it('holds no secret anywhere', () => {
    expect(plan.leftOut.map(({ path }) => path)).toEqual(['a\nb', 'api.conf', 'queue', 'shadow']);
    expect(JSON.stringify(plan)).not.toContain('hunter2');
  });
});

describe('a drop-in in the place of a main file', () => {
  it('has the lines that were changed, in their sections', () => {
    const base = '[Journal]\n#Storage=auto\nCompress=yes\n\n[Other]\nA=1\n';
    const local = '[Journal]\nStorage=persistent\nCompress=no\n\n[Other]\nA=2\n';
    expect(dropInFor('systemd/journald.conf', base, local)).toEqual({
      path: 'systemd/journald.conf.d/90-local.conf',
      content: '[Journal]\nStorage=persistent\nCompress=no\n[Other]\nA=2\n',
    });
  });

  it('stands first where the first setting wins, and only where the daemon looks there', () => {
    const included = 'Include /etc/ssh/sshd_config.d/*.conf\n#Port 22\n';
    expect(dropInFor('ssh/sshd_config', included, `${included}PermitRootLogin no\n`)).toEqual({
      path: 'ssh/sshd_config.d/10-local.conf',
      content: 'PermitRootLogin no\n',
    });
    expect(dropInFor('ssh/sshd_config', '#Port 22\n', 'Port 23\n')).toBeNull();
    expect(
      dropInFor('chrony/chrony.conf', 'confdir /etc/chrony/conf.d\n', 'confdir /etc/chrony/conf.d\nallow 10/8\n')?.path,
    ).toBe('chrony/conf.d/90-local.conf');
  });

  it('is none where a setting was taken away, stands in a block, or there is no such folder', () => {
    expect(dropInFor('sysctl.conf', 'a=1\nb=2\n', 'a=1\n')).toBeNull();
    expect(dropInFor('sysctl.conf', 'a=1\n', 'a=1\n# only a word\n')).toBeNull();
    const included = 'Include /etc/ssh/sshd_config.d/*.conf\n';
    expect(dropInFor('ssh/sshd_config', included, `${included}Match User x\n  ForceCommand y\n`)).toBeNull();
    expect(dropInFor('hosts', 'a\n', 'b\n')).toBeNull();
  });

  it('takes the place of the file in the plan', () => {
    const { files, containerfile } = promote({ 'sysctl.conf': 'a=1\n' }, { 'sysctl.conf': 'a=2\n' });
    expect(files).toEqual([['etc/sysctl.d/90-local.conf', '644', 'a=2\n']]);
    expect(containerfile).toContain('# sysctl.conf: its changed lines are in sysctl.d/90-local.conf');
  });
});

describe('accounts', () => {
  const passwd = {
    base: 'root:x:0:0:Super User:/root:/bin/bash\n',
    local:
      'root:x:0:0:Super User:/root:/bin/bash\nnora:x:1500:1500:Nora "N" 100%:/home/nora:/bin/bash\nsvc:x:450:450::/var/lib/svc:\nbad name:x:1:1:::\n+nis::::::\n',
  };
  const group = { base: 'wheel:x:10:root\n', local: 'wheel:x:10:root,nora\nnora:x:1500:\n' };

  it('become lines of sysusers.d', () => {
    expect(sysusersOf(passwd, group)).toEqual([
      'g nora 1500',
      'u nora 1500:1500 "Nora \\"N\\" 100%%" /home/nora /bin/bash',
      'u svc 450:450 - /var/lib/svc',
      'm nora wheel',
    ]);
  });

  it('come without passwords, which is said', () => {
    const { files, containerfile } = promote(
      { passwd: passwd.base, group: group.base },
      { passwd: passwd.local, group: group.local },
    );
    expect(files.map(([path]) => path)).toEqual(['usr/lib/sysusers.d/90-local.conf']);
    expect(containerfile).toContain('# Of nora the account comes, not the password and not the keys.\n');
    expect(containerfile).not.toContain('COPY etc/');
  });
});
