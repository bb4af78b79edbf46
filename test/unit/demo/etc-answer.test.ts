import { describe, expect, it } from 'vitest';
import { toComparison } from '../../../electron/core/etc/comparison.ts';
import { treeFolders } from '../../../electron/core/etc/tree-folders.ts';
import { answerEtc } from '../../../electron/demo/etc-answer.ts';
import { editEtc } from '../../../electron/demo/etc-edits.ts';
import type { HostState } from '../../../electron/demo/host-state.ts';
import { storyOfNextBoot } from '../../../electron/demo/reboot.ts';
import { defaultEtcRules } from '../../../shared/logic/etc-noise.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { EtcComparison, EtcOutcome, EtcView } from '../../../shared/model/etc.ts';
import { createEtcParser } from '../../../shared/parse/etc.ts';
import { factsOf, rebootNow, stateOf } from './demo-state.ts';

/** A simulated host's /etc as Berth compares it. */
function compared(state: HostState, view: EtcView, isRoot = true): EtcComparison {
  const set = valueOf(factsOf(state).deployments);
  if (!set) throw new Error('no deployments');
  const folders = treeFolders(set, view);
  const parser = createEtcParser('');
  const stderr = new Map<string, string>();
  const encoder = new TextEncoder();
  const { backend, booted, target } = folders;
  answerEtc(
    state,
    ['', backend, booted, target, ''],
    { isRoot },
    {
      frame(name, { stdout = '', stderr: said = '' }) {
        parser.begin(name);
        parser.data(typeof stdout === 'string' ? encoder.encode(stdout) : stdout);
        parser.end();
        stderr.set(name, said);
      },
    },
  );
  const given = { hostId: 'host', view, folders, scan: parser.finish(stderr), startedAt: 0, readAt: 1 };
  return toComparison({ ...given, rules: defaultEtcRules });
}

function paths({ entries }: EtcComparison, outcome: EtcOutcome): readonly string[] {
  return entries.filter((entry) => entry.outcome === outcome && entry.noise === null).map(({ path }) => path);
}

describe('the /etc of a simulated host', () => {
  it('has a file where the new image has a directory, and edits that hide what the image changes', () => {
    const found = compared(stateOf('web-04.ber'), 'staged');
    expect(found.failures).toEqual([]);
    expect(paths(found, 'blocker')).toEqual(['acme/agent.conf']);
    expect(paths(found, 'masked')).toEqual(['audit/auditd.conf', 'chrony.conf', 'sysctl.d/50-net.conf']);
    expect(paths(found, 'lost')).toEqual(['cron.d']);
    expect(paths(found, 'kept')).toEqual([
      'NetworkManager/conf.d/10-ber.conf',
      'hosts',
      'security/limits.d/50-app.conf',
      'ssh/sshd_config.d/40-acme.conf',
      'systemd/journald.conf.d/size.conf',
    ]);
    expect(paths(found, 'kept-deleted')).toEqual(['yum.repos.d/redhat.repo']);
    expect(found.counts.arrives).toBeGreaterThan(8);
    expect(found.entries.find(({ path }) => path === 'acme/agent.conf')?.toolWords).toContain(
      "directory 'acme/agent.conf'",
    );
    expect(found.entries.filter(({ noise }) => noise !== null)).toHaveLength(41);
  });

  it('keeps accounts of the new image out where somebody was added here', () => {
    expect(compared(stateOf('web-03.ber'), 'staged').missingAccounts).toEqual({
      users: ['acme-exporter'],
      groups: [],
      because: ['passwd'],
    });
  });

  it('merges at a reboot as it was foreseen, and once the blocker is gone', () => {
    const blocked = stateOf('web-04.ber');
    expect(storyOfNextBoot(blocked)).toBe('etc-blocker');
    expect(rebootNow(blocked).booted?.release.version).toBe('2.14.0');
    const solved = editEtc(blocked, 'acme/agent.conf', 'shipped');
    expect(paths(compared(solved, 'staged'), 'blocker')).toEqual([]);
    const after = rebootNow(solved);
    expect(after.booted?.release.version).toBe('2.15.0');
    const drift = compared(after, 'drift').entries.filter(({ noise, here }) => noise === null && here !== 'same');
    expect(drift.map(({ path }) => path)).not.toContain('cron.d');
    expect(drift.map(({ path }) => path)).toContain('chrony.conf');
  });

  it('of the rollback has what was changed before, and not what was changed since', () => {
    const found = compared(stateOf('web-03.ber'), 'rollback');
    expect(paths(found, 'comes-back')).toContain('motd');
    expect(paths(found, 'left-behind')).toContain('security/limits.d/50-app.conf');
  });

  it('is read without root but for what only root may see', () => {
    const found = compared(stateOf('web-03.ber'), 'staged', false);
    expect(found.isRoot).toBe(false);
    expect(found.unreadable.paths).toContain('shadow');
    expect(paths(found, 'masked')).toContain('chrony.conf');
  });
});
