import { describe } from '../errors/describe.ts';
import type { Operation } from '../model/operation.ts';
import { digestOf, shortDigest, versionLabel } from './format.ts';
import { rebooted } from './state-change.ts';
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
  found.push(...stateProofs(operation, after.deployments.source));
  if (after.deployments.staged && !after.deployments.staged.downloadOnly) found.push(...openOfStaged(operation));
  return found;
}

function exitProof({ exitCode, cancelRequested }: Operation): Proof {
  if (exitCode === null) return proof('contrary', 'No exit code', 'The unit left none on the host.');
  const detail = 'Recorded on the host by the unit itself';
  if (exitCode === 0) return proof('proven', 'Exit code 0', detail);
  return proof('contrary', `Exit code ${exitCode}`, cancelRequested ? `${detail}, after it was told to stop` : detail);
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
