import type { ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import { isPackageMode } from '../../../shared/logic/host-kind.ts';
import { nextBoot } from '../../../shared/logic/next-boot.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { DeploymentCard } from './deployment-card.tsx';
import { DeploymentMenu } from './deployment-menu.tsx';
import { DeploymentGap } from './deployment-gap.tsx';
import './deployments.css';
import { slotsOf, type Slot } from './deployment-slots.ts';
import { FactsGrid } from './facts-grid.tsx';
import { openQuestion } from './open-question.ts';
import { OtherDeployments } from './other-deployments.tsx';

/** The deployments side by side and what was read besides them; or why there is nothing to show. */
export function DeploymentsTab({ detail, now }: { readonly detail: HostDetail; readonly now: number }): ReactNode {
  const { facts } = detail;
  if (!facts) return <NothingRead detail={detail} />;
  return (
    <>
      {facts.deployments.state === 'known' ? (
        <>
          <Cards set={facts.deployments.value} facts={facts} detail={detail} now={now} />
          <OtherDeployments set={facts.deployments.value} detail={detail} />
        </>
      ) : (
        <NoDeployments facts={facts} />
      )}
      <FactsGrid hostId={detail.host.id} facts={facts} now={now} />
    </>
  );
}

function Cards({
  set,
  facts,
  detail,
  now,
}: {
  readonly set: DeploymentSet;
  readonly facts: HostFacts;
  readonly detail: HostDetail;
  readonly now: number;
}): ReactNode {
  const { booted, next, rollback } = slotsOf(set, facts.tools.state !== 'known' || facts.tools.value.bootc !== null);
  const { kind } = nextBoot(set);
  const card = (slot: Slot, isNext: boolean) => (
    <DeploymentCard
      slot={slot}
      set={set}
      facts={facts}
      isNext={isNext}
      now={now}
      menu={(deployment) => <DeploymentMenu deployment={deployment} detail={detail} />}
    />
  );
  return (
    <section className="deps" aria-label="Deployments">
      {card(booted, kind === 'same')}
      <DeploymentGap from={booted} to={next} facts={facts} />
      {card(next, kind === 'staged')}
      <DeploymentGap from={booted} to={rollback} facts={facts} />
      {card(rollback, kind === 'rollback')}
    </section>
  );
}

function NoDeployments({ facts }: { readonly facts: HostFacts }): ReactNode {
  if (facts.deployments.state === 'known') return null;
  if (isPackageMode(facts)) {
    return (
      <div className="host__empty">
        <EmptyState icon="box" title="Package mode">
          <p>
            The system of this host is made of packages, so there are no deployments to show, to stage or to go back to.
            What Berth could read of it is below.
          </p>
        </EmptyState>
      </div>
    );
  }
  const { text, remedy } = describe(facts.deployments.failure);
  // Why there is no root, and what to do about it, stands in the banner.
  const isRootMissing = facts.privilege.kind === 'none' && facts.deployments.failure.code === 'facts.needs-root';
  return (
    <div className="host__empty">
      <EmptyState icon="question-circle" title="The deployments are not known">
        <p>
          {text} {isRootMissing ? '' : remedy}
        </p>
      </EmptyState>
    </div>
  );
}

function NothingRead({ detail }: { readonly detail: HostDetail }): ReactNode {
  const { host, connection, reading } = detail;
  switch (connection.kind) {
    case 'connected':
      return (
        <EmptyState icon="in-progress" title={reading ? 'Reading what the host is' : 'Nothing has been read yet'}>
          <p>One round trip asks for its deployments, space, health and tools.</p>
        </EmptyState>
      );
    case 'queued':
    case 'connecting':
      return (
        <EmptyState icon="in-progress" title={`Connecting to ${host.name}`}>
          <p>Its deployments appear here as soon as they have been read.</p>
        </EmptyState>
      );
    case 'asking':
      return (
        <EmptyState icon="question-circle" title="A question waits for your answer">
          <p>The connection goes on as soon as you have answered.</p>
        </EmptyState>
      );
    case 'idle':
      return (
        <EmptyState icon="server" title="Not connected yet">
          <p>Nothing is known of this host so far. Connect to read its deployments; nothing is installed there.</p>
        </EmptyState>
      );
    case 'waiting':
    case 'failed':
      return (
        <EmptyState icon={openQuestion(connection) ? 'server' : 'disconnected'} title="Nothing has been read yet">
          <p>Its deployments appear here once Berth is connected. What keeps it from that is said above.</p>
        </EmptyState>
      );
  }
}
