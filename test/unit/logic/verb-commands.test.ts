import { describe, expect, it } from 'vitest';
import { refusal } from '../../../shared/logic/refusal.ts';
import { toolFor, typedCommands, verbArguments } from '../../../shared/logic/verb-commands.ts';
import { failure, type FailureCode } from '../../../shared/errors/failure.ts';
import type { EtcSeen } from '../../../shared/model/etc-act.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import type { HostFacts, Tools } from '../../../shared/model/host-facts.ts';
import { VerbRequest, type Verb } from '../../../shared/model/verb.ts';
import { deployment, facts, known, ostreeDeployment, set, snapshot, tools } from './fixtures.ts';

const ID = `${'a'.repeat(64)}.0`;
const image = { image: 'quay.io/acme/other:2', transport: 'registry', signature: null };
const file = (hash: string): EtcSeen => ({
  ...{ type: 'file', mode: 0o644, uid: 0, gid: 0, size: 1, hash: hash.repeat(64), link: null, changedAt: 0 },
});
const requests: Readonly<Record<string, VerbRequest>> = {
  check: { verb: 'check' },
  download: { verb: 'download' },
  'apply-download': { verb: 'apply-download' },
  upgrade: { verb: 'upgrade' },
  switch: { verb: 'switch', image, retain: false, enforcePolicy: false },
  rollback: { verb: 'rollback' },
  'undo-rollback': { verb: 'undo-rollback' },
  unstage: { verb: 'unstage' },
  pin: { verb: 'pin', deployment: ID },
  unpin: { verb: 'unpin', deployment: ID },
  remove: { verb: 'remove', deployment: ID },
  'usr-overlay': { verb: 'usr-overlay' },
  'kernel-arguments': { verb: 'kernel-arguments', append: ['quiet', 'a="b c"'], remove: ['rhgb'] },
  reboot: { verb: 'reboot', delayMinutes: 5, message: "it's time" },
  'soft-reboot': { verb: 'soft-reboot' },
  'pause-updates': { verb: 'pause-updates' },
  'resume-updates': { verb: 'resume-updates' },
  'clean-up': { verb: 'clean-up' },
  etc: { verb: 'etc', files: [{ act: 'restore', path: 'a b', seen: file('1') }] },
};

const hosts = {
  bootc: { set: {}, tools: {} },
  'bootc 1.16': { set: {}, tools: { bootc: '1.16.0', ostree: '2026.1' } },
  'bootc with rpm-ostree': { set: {}, tools: { rpmOstree: '2024.9' } },
  composefs: { set: { backend: 'composefs' }, tools: {} },
  'rpm-ostree': {
    set: {
      source: 'rpm-ostree',
      managedByBootc: false,
      booted: ostreeDeployment('2'),
      rollback: ostreeDeployment('1'),
    },
    tools: { bootc: null, rpmOstree: '2024.9' },
  },
  ostree: {
    set: { source: 'ostree', managedByBootc: false, booted: ostreeDeployment('2'), rollback: ostreeDeployment('1') },
    tools: { bootc: null },
  },
} satisfies Record<string, { set: Partial<DeploymentSet>; tools: Partial<Tools> }>;

function factsOf(name: keyof typeof hosts): HostFacts {
  const host = hosts[name];
  return facts({
    deployments: known(set(host.set)),
    tools: known({ ...tools, bootc: '1.15.1', rpmOstree: null, systemd: '256', ...host.tools }),
  });
}

describe('the tool of a verb', () => {
  it('is chosen for every verb on every kind of host', () => {
    const table = Object.keys(hosts).map((name) => {
      const read = factsOf(name as keyof typeof hosts);
      const cells = Object.values(requests).map((request) => {
        const { tool, failure: why } = toolFor(request, read);
        return `${request.verb}: ${tool ?? why.code.replace('operation.', '- ')}`;
      });
      return [name, cells] as const;
    });
    expect(Object.keys(requests).sort()).toEqual(VerbRequest.options.map(({ shape }) => shape.verb.value).sort());
    expect(Object.fromEntries(table)).toMatchSnapshot();
  });

  it('says for each what a person would type, and hands on words, not text', () => {
    const before = snapshot({ booted: deployment('2'), staged: deployment('3'), rollback: deployment('1') });
    const etc = [{ path: 'a b', base: file('0'), local: file('1') }];
    const autoUpdate = { unit: 'x.timer', active: true, masked: false, reboots: true, nextAt: null };
    const typed = Object.keys(hosts).flatMap((name) =>
      Object.values(requests).flatMap((request) => {
        const { tool } = toolFor(request, factsOf(name as keyof typeof hosts));
        return tool === null
          ? []
          : [`${name} ${request.verb}: ${typedCommands(request, tool, { ...before, autoUpdate, etc }).join(' ; ')}`];
      }),
    );
    expect(typed.filter((line) => line.endsWith(': '))).toEqual([]);
    expect(typed).toMatchSnapshot();
    expect(verbArguments(requests['kernel-arguments']!, before, 'rpm-ostree')).toEqual(['+quiet', '+a="b c"', '-rhgb']);
    const own = { ...before, ownArguments: ['rhgb', 'quiet', 'nosmt'] };
    expect(verbArguments(requests['kernel-arguments']!, own, 'bootc')).toEqual(['+quiet', '+nosmt', '+a="b c"']);
    const none = { verb: 'kernel-arguments' as const, append: [], remove: own.ownArguments };
    expect(typedCommands(none, 'bootc', own)).toEqual(['bootc loader-entries set-options-for-source --source berth']);
    expect(verbArguments(requests['reboot']!, before, 'systemd')).toEqual(['5', "it's time"]);
    expect(verbArguments(requests['etc']!, { ...before, etc }, 'systemd')).toEqual(['1']);
  });
});

function withOwn(own: readonly string[]): Partial<HostFacts> {
  const entries = known({ [deployment('2.14.0').id]: { options: 'rw', kernel: null, own: [...own] } });
  return {
    boot: { ...facts().boot, entries },
    tools: known({ ...tools, bootc: '1.16.0', rpmOstree: null, ostree: '2026.1' }),
  };
}

describe('refusals by state', () => {
  const pinned = deployment('1', { id: ID, pinned: true });
  const at = { ...deployment('1'), id: ID };
  const locked = deployment('3', { downloadOnly: true });
  const cases: readonly (readonly [Verb, string, Partial<DeploymentSet>, FailureCode | null, Partial<HostFacts>?])[] = [
    ['apply-download', 'nothing staged', {}, 'operation.nothing-downloaded'],
    ['apply-download', 'staged, not locked', { staged: deployment('3') }, 'operation.nothing-downloaded'],
    ['apply-download', 'a download', { staged: locked }, null],
    ['rollback', 'no rollback', { rollback: null }, 'operation.no-rollback'],
    ['rollback', 'one', { rollback: deployment('1') }, null],
    ['rollback', 'queued', { rollback: deployment('1'), rollbackQueued: true }, 'operation.rollback-queued'],
    ['undo-rollback', 'none queued', { rollback: deployment('1') }, 'operation.no-queued-rollback'],
    ['undo-rollback', 'queued', { rollback: deployment('1'), rollbackQueued: true }, null],
    ['unstage', 'nothing staged', {}, 'operation.nothing-staged'],
    ['unstage', 'something', { staged: deployment('3') }, null],
    ['pin', 'unknown', {}, 'operation.deployment-unknown'],
    ['pin', 'the staged', { staged: at }, 'operation.pin-staged'],
    ['pin', 'pinned', { rollback: pinned }, 'operation.pinned'],
    ['pin', 'another', { others: [at] }, null],
    ['unpin', 'not pinned', { rollback: at }, 'operation.not-pinned'],
    ['unpin', 'pinned', { rollback: pinned }, null],
    ['remove', 'the booted', { booted: at }, 'operation.deployment-booted'],
    ['remove', 'a pinned', { rollback: pinned }, 'operation.pinned'],
    ['remove', 'the rollback', { rollback: at }, null],
    [
      'usr-overlay',
      'one there',
      { usrOverlay: { access: 'read-write', persistence: 'transient' } },
      'operation.overlay-there',
    ],
    ['usr-overlay', 'none', {}, null],
    ['kernel-arguments', 'an argument of somebody else’s', {}, 'operation.argument-not-own', withOwn(['quiet'])],
    ['kernel-arguments', 'what Berth added', {}, null, withOwn(['rhgb'])],
    [
      'kernel-arguments',
      'something staged',
      { staged: deployment('3') },
      'operation.arguments-staged',
      withOwn(['rhgb']),
    ],
    [
      'kernel-arguments',
      'a bootc without it',
      {},
      'operation.too-old',
      { tools: known({ ...tools, bootc: '1.15.1' }) },
    ],
    [
      'kernel-arguments',
      'an ostree without it',
      {},
      'operation.too-old',
      { tools: known({ ...tools, bootc: '1.16.0', ostree: '2025.7' }) },
    ],
    ['soft-reboot', 'nothing staged', {}, null],
    ['soft-reboot', 'another kernel', { staged: deployment('3') }, 'operation.soft-reboot-kernel'],
    ['soft-reboot', 'the same kernel', { staged: deployment('3', { softRebootCapable: true }) }, null],
    [
      'soft-reboot',
      'a rollback',
      { rollback: deployment('1'), rollbackQueued: true },
      'operation.soft-reboot-rollback',
    ],
    ['soft-reboot', 'old systemd', {}, 'operation.too-old', { tools: known({ ...tools, systemd: '252' }) }],
    ['download', 'old bootc', {}, 'operation.too-old', { tools: known({ ...tools, bootc: '1.10.0' }) }],
    ['download', 'nothing followed', { tracked: null }, 'operation.not-tracked'],
    ['switch', 'nothing followed', { tracked: null }, null],
    ['switch', 'layered', { booted: deployment('2', { incompatible: true }) }, 'operation.layered'],
    ['switch', 'the same', { tracked: image }, 'operation.same-image'],
    ['pause-updates', 'no timer', {}, 'operation.no-timer', { autoUpdate: known(null) }],
    ['reboot', 'a live system', { readOnly: true }, null],
    ['remove', 'a live system', { rollback: at, readOnly: true }, 'operation.read-only'],
    ['reboot', 'status of bootc failed', {}, null, { bootcFailure: failure('facts.command-failed') }],
    ['pin', 'status of bootc failed', { others: [at] }, null, { bootcFailure: failure('facts.command-failed') }],
  ];
  it.each(cases.map(([verb, state, change, code, rest = {}]) => ({ verb, state, change, code, rest })))(
    '$verb, $state',
    ({ verb, change, code, rest }) => {
      const read = facts({
        tools: known({ ...tools, bootc: '1.15.1', systemd: '256' }),
        deployments: known(set(change)),
        ...rest,
      });
      expect(refusal(requests[verb]!, read, true)?.code ?? null).toBe(code);
    },
  );

  it('rpm-ostree wants nothing staged before a rollback, and images of a registry', () => {
    const read = factsOf('rpm-ostree');
    const staged = { ...read, deployments: known(set({ ...hosts['rpm-ostree'].set, staged: ostreeDeployment('3') })) };
    expect(refusal({ verb: 'rollback' }, staged, true)?.code).toBe('operation.staged-first');
    const local = { ...image, image: '/var/os', transport: 'oci' };
    const request = { verb: 'switch', image: local, retain: false, enforcePolicy: false } as const;
    expect(refusal(request, read, true)?.code).toBe('operation.registry-only');
  });
});
