import { useId, type ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import { droppedByStaged, nextBoot } from '../../../shared/logic/next-boot.ts';
import { formatAgo, formatDate, formatSpan, versionLabel } from '../../../shared/logic/format.ts';
import type { Deployment, DeploymentSet } from '../../../shared/model/deployment.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import type { ImageStatus } from '../../../shared/model/image.ts';
import { ExplainedTag } from '../../components/explained-tag.tsx';
import { Icon, StateWord, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { Mono, Tag } from '../../components/small.tsx';
import { Digest } from '../../parts/digest.tsx';
import { flagsOf, type Flag } from './deployment-flags.ts';
import type { Slot } from './deployment-slots.ts';
import { cardReference, kernelRelease } from './short-names.ts';

/** Versions longer than this are set smaller rather than cut. */
const LONG_VERSION = 10;

type SlotRole = 'booted' | 'staged' | 'rollback';

interface CardProps {
  readonly slot: Slot;
  readonly set: DeploymentSet;
  readonly facts: HostFacts;
  readonly isNext: boolean;
  readonly now: number;
  /** What can be done with the deployment that is in the slot. */
  readonly menu: (deployment: Deployment) => ReactNode;
}

/** One of the three places: a deployment, an update that was found, or why there is none. */
export function DeploymentCard({ slot, set, facts, isNext, now, menu }: CardProps): ReactNode {
  if (slot.kind === 'missing') return <MissingCard role={slot.role} why={slot.why} />;
  if (slot.kind === 'update') return <UpdateCard image={slot.image} />;

  const { deployment, role } = slot;
  const look = lookOf(role, deployment, set);
  return (
    <Card
      title={look.title}
      icon={look.icon}
      tone={look.tone}
      isNext={isNext && role !== 'booted'}
      badge={<Badge role={role} isNext={isNext} set={set} />}
      version={versionLabel(deployment)}
      since={sinceOf(role, facts, now)}
      flags={flagsOf(deployment, role, set)}
      menu={menu(deployment)}
    >
      <Rows deployment={deployment} facts={facts} />
    </Card>
  );
}

function UpdateCard({ image }: { readonly image: ImageStatus }): ReactNode {
  return (
    <Card
      title="Update found"
      icon="arrow-circle-up"
      tone="update"
      isNext={false}
      badge={<ExplainedTag explanation="An upgrade pulls and stages it.">Not downloaded</ExplainedTag>}
      version={image.version ?? versionLabel({ version: null, image, checksum: null, id: image.digest })}
      since=""
      flags={[]}
      menu={null}
    >
      <dt>Image</dt>
      <dd>
        <Mono title={image.reference.image}>{cardReference(image.reference.image)}</Mono>
      </dd>
      <dt>Digest</dt>
      <dd>
        <Digest digest={image.digest} place="card" what="the digest" />
      </dd>
      <dt>Built</dt>
      <dd>{formatDate(image.timestamp)}</dd>
      <dt>Kernel</dt>
      <dd className="b-subtle">known once it is staged</dd>
    </Card>
  );
}

function MissingCard({ role, why }: { readonly role: SlotRole; readonly why: string }): ReactNode {
  const title = { booted: 'Booted', staged: 'Staged', rollback: 'Rollback' }[role];
  const id = useId();
  return (
    <article className="dep dep--missing" aria-labelledby={id}>
      <div className="dep__h">
        <h2 id={id}>
          <StateWord icon="ring" tone="muted">
            {title}
          </StateWord>
        </h2>
      </div>
      <div className="dep__v">
        <span className="b-subtle">None</span>
      </div>
      <p className="dep__why">{why}</p>
    </article>
  );
}

interface ShellProps {
  readonly title: string;
  readonly icon: IconName;
  readonly tone: Tone;
  readonly isNext: boolean;
  readonly badge: ReactNode;
  readonly version: string;
  readonly since: string;
  readonly flags: readonly Flag[];
  readonly menu: ReactNode;
  readonly children: ReactNode;
}

function Card({ title, icon, tone, isNext, badge, version, since, flags, menu, children }: ShellProps): ReactNode {
  const id = useId();
  return (
    <article className={isNext ? 'dep dep--next' : 'dep'} aria-labelledby={id}>
      <div className="dep__h">
        <h2 id={id}>
          <StateWord icon={icon} tone={tone}>
            {title}
          </StateWord>
        </h2>
        <span className="b-grow" />
        {badge}
        {menu}
      </div>
      <div className={version.length > LONG_VERSION ? 'dep__v dep__v--long' : 'dep__v'}>
        <span title={version}>{version}</span>
        <small>{since}</small>
      </div>
      <dl className="dl">{children}</dl>
      <Flags flags={flags} />
    </article>
  );
}

/** The labels of a deployment; each says more when it is pointed at or focused. */
export function Flags({ flags }: { readonly flags: readonly Flag[] }): ReactNode {
  if (flags.length === 0) return null;
  return (
    <ul className="flags" aria-label="Special about it">
      {flags.map(({ key, text, title, tone }) => (
        <li key={key}>
          <ExplainedTag explanation={title}>
            {tone === 'warn' && <Icon name="exclamation-triangle" tone="warn" />} {text}
          </ExplainedTag>
        </li>
      ))}
    </ul>
  );
}

function Rows({ deployment, facts }: { readonly deployment: Deployment; readonly facts: HostFacts }): ReactNode {
  const { image, origin, checksum } = deployment;
  const reference = image?.reference.image ?? origin;
  return (
    <>
      <dt>{image || !origin ? 'Image' : 'Origin'}</dt>
      <dd>
        {reference === null ? (
          <NoValue why="It does not come from an image." />
        ) : (
          <Mono title={reference}>{cardReference(reference)}</Mono>
        )}
      </dd>
      <dt>{image ? 'Digest' : 'Checksum'}</dt>
      <dd>
        {image ? (
          <Digest digest={image.digest} place="card" what="the digest" />
        ) : checksum === null ? (
          <NoValue why="The host does not tell it." />
        ) : (
          <Digest digest={checksum} place="card" what="the checksum" />
        )}
      </dd>
      <dt>Built</dt>
      <dd>{formatDate(deployment.timestamp)}</dd>
      <dt>Kernel</dt>
      <dd>
        <Kernel deployment={deployment} facts={facts} />
      </dd>
    </>
  );
}

function Kernel({ deployment, facts }: { readonly deployment: Deployment; readonly facts: HostFacts }): ReactNode {
  const kernel = valueOf(facts.kernels)?.[deployment.id];
  if (kernel !== undefined) {
    return <Mono title={kernel}>{kernelRelease(kernel, valueOf(facts.identity)?.architecture ?? null)}</Mono>;
  }
  const why =
    facts.kernels.state === 'unknown'
      ? describe(facts.kernels.failure).text
      : 'The kernel of this deployment was not found.';
  return <NoValue why={why} />;
}

function NoValue({ why }: { readonly why: string }): ReactNode {
  return (
    <span className="b-subtle" title={why}>
      – <span className="b-hidden">{why}</span>
    </span>
  );
}

function Badge({
  role,
  isNext,
  set,
}: {
  readonly role: SlotRole;
  readonly isNext: boolean;
  readonly set: DeploymentSet;
}): ReactNode {
  if (isNext && role === 'booted') return <Tag>Next boot</Tag>;
  if (isNext) {
    return (
      <span className="nextboot">
        <Icon name="arrow-right" /> Next boot
      </span>
    );
  }
  if (
    role === 'rollback' &&
    set.rollback &&
    nextBoot(set).kind === 'staged' &&
    droppedByStaged(set).includes(set.rollback)
  ) {
    return (
      <ExplainedTag explanation="Applying what is staged removes every deployment that is neither booted nor pinned. Pin it on the host to keep it.">
        <Icon name="exclamation-triangle" tone="warn" /> Will be dropped
      </ExplainedTag>
    );
  }
  return null;
}

function lookOf(
  role: SlotRole,
  deployment: Deployment,
  set: DeploymentSet,
): { readonly title: string; readonly icon: IconName; readonly tone: Tone } {
  if (role === 'booted') return { title: 'Booted', icon: 'circle', tone: 'ok' };
  if (role === 'rollback')
    return {
      title: set.rollbackQueued ? 'Rollback, queued' : 'Rollback',
      icon: 'undo',
      tone: set.rollbackQueued ? 'warn' : 'muted',
    };
  return deployment.downloadOnly
    ? { title: 'Staged, download only', icon: 'download', tone: 'muted' }
    : { title: 'Staged', icon: 'power-off', tone: 'staged' };
}

function sinceOf(role: SlotRole, facts: HostFacts, now: number): string {
  if (role === 'booted') {
    const identity = valueOf(facts.identity);
    return identity ? `running for ${formatSpan(identity.uptimeSeconds * 1000 + Math.max(0, now - facts.readAt))}` : '';
  }
  if (role === 'staged') return facts.stagedAt === null ? '' : `staged ${formatAgo(facts.stagedAt, now)}`;
  return '';
}
