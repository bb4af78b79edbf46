import type { ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import type { Failure } from '../../../shared/errors/failure.ts';
import { formatSpan, formatTime, versionLabel } from '../../../shared/logic/format.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { Banner } from '../../parts/banner.tsx';
import { ChangedKey } from './changed-key.tsx';
import { LoginTable } from './login-table.tsx';
import { openQuestion } from './open-question.ts';
import { QuestionBanner } from './question-banner.tsx';

/** What stands between the user and this host, worst first: the connection, the facts, root, bootc's own status. */
export function HostBanners({ detail, now }: { readonly detail: HostDetail; readonly now: number }): ReactNode {
  const { facts, factsFailure } = detail;
  const factsFailed = factsFailure && factsFailure.at > (facts?.readAt ?? 0) ? factsFailure : null;
  const noRoot = facts?.privilege.kind === 'none' ? facts.privilege.failure : null;
  // Missing because root is missing: said once, with the reason that can be mended.
  const blocked =
    facts?.bootcFailure && !(noRoot && facts.bootcFailure.code === 'facts.needs-root') ? facts.bootcFailure : null;
  return (
    <>
      <ConnectionBanner detail={detail} now={now} />
      {facts && <FallbackBanner facts={facts} />}
      {factsFailed && (
        <FailureBanner
          failure={factsFailed.failure}
          tone="warn"
          after={facts ? `Shown is what was read at ${formatTime(facts.readAt).slice(0, 5)}.` : ''}
        />
      )}
      {noRoot && <FailureBanner failure={noRoot} tone="warn" after="" />}
      {blocked && <FailureBanner failure={blocked} tone="warn" after={otherSource(detail)} />}
    </>
  );
}

function ConnectionBanner({ detail, now }: { readonly detail: HostDetail; readonly now: number }): ReactNode {
  const { connection, host } = detail;
  const question = openQuestion(connection);
  if (question) return <QuestionBanner hostName={host.name} question={question} />;
  switch (connection.kind) {
    case 'failed':
      if (connection.failure.code === 'ssh.host-key-changed') {
        return (
          <ChangedKey
            hostId={host.id}
            hostName={host.name}
            failure={connection.failure}
            failedAt={connection.failedAt}
          />
        );
      }
      return <FailureBanner failure={connection.failure} tone="danger" after="Berth does not try again by itself." />;
    case 'waiting':
      return (
        <FailureBanner
          failure={connection.failure}
          tone="danger"
          after={`Berth tries again in ${formatSpan(Math.max(0, connection.retryAt - now))}.`}
        />
      );
    case 'idle':
    case 'queued':
    case 'connecting':
    case 'asking':
    case 'connected':
      return null;
  }
}

/** Why the host is back on its old image, and that an upgrade would bring the bad one again. */
function FallbackBanner({ facts }: { readonly facts: HostFacts }): ReactNode {
  if (!valueOf(facts.greenboot)?.fallback) return null;
  const set = valueOf(facts.deployments);
  const bad = set?.rollback ? versionLabel(set.rollback) : null;
  const back = set?.booted ? versionLabel(set.booted) : 'this deployment';
  return (
    <Banner
      icon="heart-broken"
      tone="danger"
      title={`Greenboot brought ${back} back: ${bad ?? 'the last update'} did not pass its health checks.`}
      details={
        <p>
          {bad === null ? 'An upgrade may stage it' : `An upgrade stages ${bad}`} again unless the registry has
          something newer. Which check failed stands under Boots.
        </p>
      }
    />
  );
}

interface FailureBannerProps {
  readonly failure: Failure;
  readonly tone: 'warn' | 'danger';
  readonly after: string;
}

function FailureBanner({ failure, tone, after }: FailureBannerProps): ReactNode {
  const { text, remedy } = describe(failure);
  const { attempts = [] } = failure;
  const hasTable = attempts.length > 0;
  return (
    <Banner
      icon={tone === 'danger' ? 'exclamation-circle' : 'exclamation-triangle'}
      tone={tone}
      title={text}
      details={<p>{[remedy, after].filter((part) => part !== '').join(' ')}</p>}
    >
      {hasTable ? <LoginTable attempts={attempts} /> : undefined}
    </Banner>
  );
}

function otherSource({ facts }: HostDetail): string {
  if (facts?.deployments.state !== 'known' || facts.deployments.value.source === 'bootc') return '';
  const command = facts.deployments.value.source === 'ostree' ? 'ostree admin status' : 'rpm-ostree status';
  return `The deployments below come from ${command}, which does not know of updates that were found.`;
}
