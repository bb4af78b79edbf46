import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SUDO_READS, sudoRules } from '../../../shared/logic/sudo-rules.ts';

describe('sudoRules', () => {
  it('allow exactly what the probe runs for a user who is allowed nothing else', () => {
    const probe = readFileSync(join(import.meta.dirname, '../../../native/probes/facts.sh'), 'utf8');
    for (const command of SUDO_READS) {
      const words = command[0] === 'bootc' ? ['bootc_status', ...command.slice(2)] : command;
      expect(probe).toContain(words.join(' '));
    }
  });

  it('escape what ends a word in sudoers', () => {
    const rules = sudoRules('DOMAIN\\admin@example.org');
    expect(rules.ok && rules.value).toMatchObject({ path: '/etc/sudoers.d/berth-DOMAIN-admin-example-org' });
    expect(rules.ok && rules.value.text).toContain(
      '\nDOMAIN\\\\admin\\@example.org ALL=(root) NOPASSWD: BERTH_READS\n',
    );
    expect(rules.ok && rules.value.text).toContain('/usr/bin/bootc status --format\\=json --format-version\\=1, \\\n');
  });

  it.each(['', 'ALL', '%wheel', '#0', '+group', 'a b', 'a\nroot ALL=(ALL) ALL', '-x', 'a,b', 'a=b', '"a"'])(
    'are not made for the name %j',
    (user) => {
      expect(sudoRules(user)).toMatchObject({ ok: false, failure: { code: 'input.user-invalid' } });
    },
  );

  it('never hold more lines than they should, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (user) => {
        const rules = sudoRules(user);
        if (!rules.ok) return;
        expect(rules.value.text.split('\n').filter((line) => /^[^#\s]/.test(line))).toHaveLength(2);
        expect(rules.value.path).toMatch(/^\/etc\/sudoers\.d\/[A-Za-z0-9_-]+$/);
      }),
    );
  });
});
