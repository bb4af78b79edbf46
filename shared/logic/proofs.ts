import { describe } from '../errors/describe.ts';
import type { Greenboot } from '../model/host-facts.ts';
import type { HostSnapshot, Operation } from '../model/operation.ts';
import type { Verb } from '../model/verb.ts';
import { etcProofs } from './etc-outcome.ts';
import { digestOf, shortDigest, versionLabel } from './format.ts';
import { BOOT_COMPLETE_UNIT } from './host-kind.ts';
import { nextBoot } from './next-boot.ts';
import { hasEffect, rebooted } from './state-change.ts';
import { foundUpdate } from './update.ts';

/**
 * One thing an outcome rests on. `proven`: read from the host; `contrary`: read, and not as hoped; `open`: what Berth does not claim.
 */
export interface Proof {
  readonly kind: 'proven' | 'contrary' | 'open';
  readonly text: string;
  readonly detail: string;
}

/** Why an ended operation counts as what its outcome says, and what that does not prove. Empty while it runs. */
export function proofs(operation: Operation): readonly Proof[] {
  const { outcome, after } = operation;
  if (!outcome) return [];
  const found = [exitProof(operation)];
  if (!after) {
    const detail = outcome.kind === 'unknown' ? describe(outcome.failure).text : 'The host did not answer.';
    return [...found, proof('open', 'The state after it is not known', detail)];
  }
  if (isRebootVerb(operation)) return [...found, ...rebootProofs(operation, after)];
  if (operation.plan.request.verb in NOT_OF_STAGING) return [...found, ...effectProofs(operation, after)];
  found.push(...stateProofs(operation, after.deployments.source));
  if (after.deployments.staged && !after.deployments.staged.downloadOnly) found.push(...openOfStaged(operation));
  return found;
}

function exitProof({ exitCode, cancelRequested, reboot }: Operation): Proof {
  if (exitCode !== 0 && reboot?.backAt) {
    return proof('open', 'No exit code of its own', 'The unit went down with the host.');
  }
  if (exitCode === null) return proof('contrary', 'No exit code', 'The unit left none on the host.');
  const detail = 'Recorded on the host by the unit itself';
  if (exitCode === 0) return proof('proven', 'Exit code 0', detail);
  return proof('contrary', `Exit code ${exitCode}`, cancelRequested ? `${detail}, after it was told to stop` : detail);
}

/** The verbs that stage nothing: what they are for is looked at, and that the running system is what it was. */
const NOT_OF_STAGING: Readonly<Partial<Record<Verb, readonly [is: string, isNot: string]>>> = {
  rollback: ['A rollback is queued', 'No rollback is queued'],
  'undo-rollback': ['No rollback is queued', 'A rollback is still queued'],
  unstage: ['Nothing is staged', 'Something is still staged'],
  pin: ['The deployment is pinned', 'The deployment is not pinned'],
  unpin: ['The deployment is not pinned', 'The deployment is still pinned'],
  remove: ['The deployment is gone', 'The deployment is still there'],
  'usr-overlay': ['/usr has a writable overlay', '/usr has no writable overlay'],
  'pause-updates': ['The unit is masked', 'The unit is not masked'],
  'resume-updates': ['The unit is not masked', 'The unit is still masked'],
  'clean-up': ['', ''],
  etc: ['', ''],
};

function effectProofs({ plan }: Operation, after: HostSnapshot): readonly Proof[] {
  const { request, before } = plan;
  const from = READ_FROM[after.deployments.source];
  const is = hasEffect(request, after);
  const [yes = '', no = ''] = NOT_OF_STAGING[request.verb] ?? [];
  const found = is === null ? [] : [is ? proof('proven', yes, from) : proof('contrary', no, from)];
  const { booted } = after.deployments;
  if (request.verb === 'etc') found.push(...etcProofs(request, before, after));
  if (request.verb === 'pause-updates') {
    found.push(
      proof('open', 'Not proven: that it stays so after a rollback', 'The mask is in the /etc of what runs now.'),
    );
  }
  if (rebooted(before, after) || !booted) return found;
  return [
    ...found,
    proof('proven', `The running system is untouched: ${versionLabel(booted)}`, 'Same boot, same deployment'),
  ];
}

function isRebootVerb({ plan }: Operation): boolean {
  return plan.request.verb === 'reboot' || plan.request.verb === 'soft-reboot';
}

function rebootProofs({ plan, reboot, outcome }: Operation, after: HostSnapshot): readonly Proof[] {
  const { before } = plan;
  const from = READ_FROM[after.deployments.source];
  const { booted } = after.deployments;
  const expected = nextBoot(before.deployments).deployment;
  const found: Proof[] = [];
  if (!reboot?.backAt) return [proof('contrary', 'The host did not go down', 'Same boot id')];
  found.push(
    before.bootId === after.bootId
      ? proof('proven', 'All but the kernel was started again', 'Same boot id; systemd began after the operation did')
      : proof('proven', 'The host was booted', 'Another boot id'),
  );
  if (booted && expected && outcome?.kind === 'rebooted') {
    found.push(proof('proven', `The host booted what was foreseen: ${versionLabel(booted)}`, from));
  } else if (booted && expected) {
    found.push(proof('contrary', `It runs ${versionLabel(booted)}, not ${versionLabel(expected)}`, from));
  }
  if (after.failedUnits) {
    const known = new Set(before.failedUnits ?? []);
    const fresh = after.failedUnits.filter((unit) => !known.has(unit));
    const text = fresh.length === 0 ? 'No unit has failed that did not before' : `Failed since: ${fresh.join(', ')}`;
    found.push(proof(fresh.length === 0 ? 'proven' : 'contrary', text, 'Compared with the failed units before'));
  } else found.push(proof('open', 'Failed units are not known', 'systemctl did not tell.'));
  if (after.failedUnits && after.deployments.backend === 'ostree') {
    const failed = after.failedUnits.includes(BOOT_COMPLETE_UNIT);
    found.push(
      failed
        ? proof('contrary', 'The update could not be applied at shutdown', `${BOOT_COMPLETE_UNIT} failed`)
        : proof('proven', 'Nothing went wrong at shutdown', `${BOOT_COMPLETE_UNIT} has not failed`),
    );
  }
  if (after.greenboot && after.greenboot.verdict !== 'absent') found.push(greenbootProof(after.greenboot));
  return found;
}

function greenbootProof({ verdict, fallback, message }: Greenboot): Proof {
  if (fallback) return proof('contrary', 'Greenboot brought the previous deployment back', message);
  if (verdict === 'green') return proof('proven', 'Greenboot: the health checks passed', message);
  if (verdict === 'red') return proof('contrary', 'Greenboot: a health check failed', message);
  return proof('open', 'Greenboot has not said how it is', message);
}

const READ_FROM = {
  bootc: 'Read from bootc status --format=json, not from the log',
  'rpm-ostree': 'Read from rpm-ostree status --json: bootc status did not answer',
  ostree: 'Read from ostree admin status: bootc status did not answer',
} as const;

function stateProofs(operation: Operation, source: keyof typeof READ_FROM): readonly Proof[] {
  const { after, outcome, plan } = operation;
  if (!after || !outcome) return [];
  const from = READ_FROM[source];
  const found: Proof[] = [];
  const { staged, booted } = after.deployments;
  const wasStaged = plan.before.deployments.staged;
  if (staged && staged.id !== wasStaged?.id) {
    const known = foundUpdate(plan.before.deployments)?.digest;
    const text =
      known === digestOf(staged)
        ? 'Staged digest equals the planned digest'
        : `A new deployment is staged: ${versionLabel(staged)} @${shortDigest(digestOf(staged), 'text')}`;
    found.push(proof('proven', text, from));
  } else if (staged) {
    found.push(proof('proven', `The staged deployment is the one from before: ${versionLabel(staged)}`, from));
  } else {
    found.push(proof(outcome.kind === 'staged' ? 'contrary' : 'proven', 'Nothing is staged', from));
  }
  if (staged) {
    found.push(
      staged.downloadOnly
        ? proof('contrary', 'The staged deployment is download-only', 'A plain reboot discards it')
        : proof('proven', 'The staged deployment is not download-only', 'So a plain reboot applies it'),
    );
  }
  const update = foundUpdate(after.deployments);
  if (update) {
    const name = update.version ?? `@${shortDigest(update.digest, 'text')}`;
    found.push(proof('proven', `bootc knows of ${name}, which is neither booted nor staged`, from));
  }
  if (rebooted(plan.before, after)) {
    found.push(
      proof('contrary', 'The host was rebooted meanwhile', booted ? `It runs ${versionLabel(booted)} now` : ''),
    );
  } else if (booted) {
    found.push(
      proof('proven', `The running system is untouched: ${versionLabel(booted)}`, 'Same boot, same deployment'),
    );
  }
  return found;
}

/** What only the reboot shows (reference 4.6: the /etc merge and the copy to /boot happen at shutdown on the ostree backend). */
function openOfStaged({ after }: Operation): readonly Proof[] {
  const staged = after?.deployments.staged;
  if (!staged) return [];
  const boots = proof('open', `Not proven: that ${versionLabel(staged)} boots`, 'Only a reboot shows that.');
  if (after.deployments.backend !== 'ostree') return [boots];
  return [
    proof(
      'open',
      'Not proven: that the /etc merge works',
      'ostree merges at shutdown, and drops the update if it cannot.',
    ),
    boots,
  ];
}

function proof(kind: Proof['kind'], text: string, detail: string): Proof {
  return { kind, text, detail };
}
