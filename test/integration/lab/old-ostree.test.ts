import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueOf } from '../../../shared/model/fact-value.ts';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { openBerth, partsOf } from './support/berth.ts';
import { readStatus } from './support/bootc-documents.ts';
import { ask } from './support/host-words.ts';
import { tellUpdateStory } from './support/update-story.ts';

const MINUTES = 60_000;
const [V1, V2] = ['43.20261102.0', '43.20261109.0'] as const;

describeWith(...labNeeds)('a host with the ostree of Debian 12', () => {
  describe('that bootc manages', () => {
    let host: LabHost;
    beforeAll(async () => {
      host = await acquireLabHost({ kind: 'old' });
    }, 5 * MINUTES);
    afterAll(() => host.release());

    it.each([
      ['ostree admin status --json', 'error: Unknown option --json'],
      ['ostree admin status --is-default', 'error: Unknown option --is-default'],
      ['ostree admin set-default 0', 'error: Unknown "admin" subcommand \'set-default\''],
      ['ostree admin lock-finalization', 'error: Unknown "admin" subcommand \'lock-finalization\''],
    ])('has no `%s`', async (command, words) => {
      const { stderr, code } = await host.run(command);
      expect(code).toBe(1);
      expect(stderr).toContain(words);
    });

    tellUpdateStory(() => host, { before: ':', then: [V2, V1], step: '', proxy: 'proxy=here' });

    it('cannot roll back with bootc, and says why', async () => {
      expect(await host.run('bootc rollback')).toMatchObject({
        code: 1,
        stderr: 'error: Rollback: Rollback (ostree): Unknown "admin" subcommand \'set-default\'\n',
      });
      expect((await readStatus(host)).status.rollbackQueued).toBe(false);
    });
  });

  describe('that has nothing but ostree', () => {
    it(
      'is read by Berth from ostree’s text, before and after staging',
      async () => {
        const host = await acquireLabHost({ kind: 'old', manager: 'ostree' });
        const berth = await openBerth(host);
        try {
          const before = valueOf((await berth.facts()).deployments)!;
          expect(before).toMatchObject({
            source: 'ostree',
            managedByBootc: false,
            booted: { version: V1, pinned: false },
          });
          expect(before.booted?.origin).toBe('lab:lab/stable');
          const booted = before.booted!.id;
          expect(partsOf(before)).toEqual({
            booted,
            staged: null,
            rollback: null,
            rollbackQueued: false,
            others: [],
            pinned: [],
          });

          await host.registry.tag('stable', 'v2');
          await ask(host, 'ostree admin pin 0 && ostree admin upgrade --stage');
          const staged = `${await ask(host, 'ostree rev-parse lab:lab/stable')}.0`;
          const after = valueOf((await berth.facts()).deployments)!;
          expect(partsOf(after)).toEqual({
            booted,
            staged,
            rollback: null,
            rollbackQueued: false,
            others: [],
            pinned: [booted],
          });
          expect(after.staged?.version).toBe(V2);
        } finally {
          await berth.close();
          await host.release();
        }
      },
      MINUTES,
    );
  });
});
