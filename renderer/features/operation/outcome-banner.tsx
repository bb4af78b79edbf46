import type { ReactNode } from 'react';
import { versionLabel } from '../../../shared/logic/format.ts';
import { nextBoot } from '../../../shared/logic/next-boot.ts';
import { outcomeHeadline, outcomeRemedy, outcomeText } from '../../../shared/logic/outcome.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { Banner } from '../../parts/banner.tsx';
import { outcomeLook } from '../../parts/operation-state.ts';

/** What came of it, in a sentence, and what to do about it. */
export function OutcomeBanner({ operation }: { readonly operation: Operation }): ReactNode {
  const { outcome } = operation;
  if (!outcome) return null;
  const remedy = outcomeRemedy(outcome);
  const unchanged = unchangedText(operation);
  const look =
    outcome.kind === 'staged' || outcome.kind === 'already-staged'
      ? STAGED
      : outcomeLook[outcomeHeadline(outcome).tone];
  return (
    <Banner
      icon={look.icon}
      tone={look.tone}
      title={outcomeText(outcome)}
      details={
        (remedy !== '' || unchanged !== '') && (
          <>
            {remedy !== '' && <p>{remedy}</p>}
            {unchanged !== '' && <p className="b-subtle">{unchanged}</p>}
          </>
        )
      }
    />
  );
}

const STAGED = { icon: 'power-off', tone: 'staged' } as const;

/** What runs now, as it was read when the operation had ended. */
function unchangedText({ after, outcome }: Operation): string {
  // After a boot the sentence before it has said what runs.
  if (outcome?.kind === 'rebooted' || outcome?.kind === 'wrong-boot') return '';
  const booted = after?.deployments.booted;
  if (!booted) return '';
  return nextBoot(after.deployments).kind === 'same'
    ? `The running system, ${versionLabel(booted)}, is unchanged and stays the next boot.`
    : `Until the reboot the running system, ${versionLabel(booted)}, is unchanged.`;
}
