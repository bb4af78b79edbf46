import type { ReactNode } from 'react';
import { formatAgo, formatBytes, formatSpan } from '../../../shared/logic/format.ts';
import { journalJump } from '../../../shared/logic/journal-jump.ts';
import type { Fact } from '../../../shared/model/fact.ts';
import type { AutoUpdate, Disk, Greenboot, HostFacts, Identity, Tools } from '../../../shared/model/host-facts.ts';
import { StateWord } from '../../components/icon.tsx';
import { Mono } from '../../components/small.tsx';
import { UnknownFact } from '../../parts/unknown-fact.tsx';
import { routeHref } from '../../state/route.ts';
import { FactBox } from './fact-box.tsx';
import { kernelRelease } from './short-names.ts';

/** A file system with less free than this share is marked: a kernel or a layer may not fit. */
const LOW_SPACE = 0.1;

/** What was read of the host besides its deployments. Whatever is missing says why. */
export function FactsGrid({
  hostId,
  facts,
  now,
}: {
  readonly hostId: string;
  readonly facts: HostFacts;
  readonly now: number;
}): ReactNode {
  return (
    <div className="factgrid">
      <FactBox title="Space" note={`read ${formatAgo(facts.disks.readAt, now)}`}>
        <Known fact={facts.disks}>{(disks) => disks.map((disk) => <DiskBar key={disk.mount} disk={disk} />)}</Known>
      </FactBox>
      <FactBox title="Health and updates">
        <dl>
          <dt>Failed units</dt>
          <dd>
            <Known fact={facts.failedUnits}>{(units) => <FailedUnits hostId={hostId} units={units} />}</Known>
          </dd>
          <dt>Greenboot</dt>
          <dd>
            <Known fact={facts.greenboot}>{(greenboot) => <GreenbootText greenboot={greenboot} />}</Known>
          </dd>
          <dt>Auto-update</dt>
          <dd>
            <Known fact={facts.autoUpdate}>{(timer) => <AutoUpdateText timer={timer} now={now} />}</Known>
          </dd>
          <dt>Reboot asked</dt>
          <dd>
            <Known fact={facts.rebootRequired}>
              {(reason) => (reason === null ? 'No' : reason.trim() || 'Yes, by /run/reboot-required')}
            </Known>
          </dd>
        </dl>
      </FactBox>
      <FactBox
        title="System"
        note={`asked in ${facts.durationMs < 1000 ? `${Math.round(facts.durationMs)} ms` : `${(facts.durationMs / 1000).toFixed(1)} s`}`}
      >
        <dl>
          {facts.identity.state === 'known' ? (
            <IdentityRows identity={facts.identity.value} />
          ) : (
            <>
              <dt>System</dt>
              <dd>
                <UnknownFact failure={facts.identity.failure} />
              </dd>
            </>
          )}
          <dt>Tools</dt>
          <dd>
            <Known fact={facts.tools}>{(tools) => toolsText(tools)}</Known>
          </dd>
        </dl>
      </FactBox>
    </div>
  );
}

function Known<T>({
  fact,
  children,
}: {
  readonly fact: Fact<T>;
  readonly children: (value: T) => ReactNode;
}): ReactNode {
  return fact.state === 'known' ? children(fact.value) : <UnknownFact failure={fact.failure} />;
}

function DiskBar({ disk }: { readonly disk: Disk }): ReactNode {
  const share = disk.size > 0 ? Math.min(1, disk.used / disk.size) : 0;
  const isLow = disk.size > 0 && disk.available / disk.size < LOW_SPACE;
  return (
    <div className={isLow ? 'disk disk--low' : 'disk'}>
      <Mono>{disk.mount}</Mono>
      <span>
        {isLow ? (
          <StateWord icon="exclamation-triangle" tone="warn">
            {formatBytes(disk.available)} free
          </StateWord>
        ) : (
          `${formatBytes(disk.available)} free`
        )}{' '}
        <span className="b-subtle">of {formatBytes(disk.size)}</span>
      </span>
      <span className="disk__bar" aria-hidden="true">
        <span style={{ inlineSize: `${(share * 100).toFixed(1)}%` }} />
      </span>
    </div>
  );
}

function FailedUnits({ hostId, units }: { readonly hostId: string; readonly units: readonly string[] }): ReactNode {
  if (units.length === 0) return 'None';
  return (
    <ul>
      {units.map((unit) => (
        <li key={unit}>
          <StateWord icon="exclamation-circle" tone="danger">
            <a
              className="b-link b-mono"
              title="What it said in this boot"
              href={routeHref({
                page: 'host',
                hostId,
                tab: 'logs',
                filter: journalJump({ unit, boot: 'current' }),
              })}
            >
              {unit}
            </a>
          </StateWord>
        </li>
      ))}
    </ul>
  );
}

function GreenbootText({ greenboot }: { readonly greenboot: Greenboot }): ReactNode {
  const { verdict, fallback, message } = greenboot;
  const words = {
    absent: 'Not on this host',
    'in-progress': 'Checks of this boot are running',
    green: 'Green',
    red: 'Red',
    unknown: 'Its verdict is not known',
  }[verdict];
  const text = fallback ? `${words}; it brought this deployment back` : words;
  return (
    <>
      {fallback || verdict === 'red' ? (
        <StateWord icon="heart-broken" tone="danger">
          {text}
        </StateWord>
      ) : (
        text
      )}
      {message !== '' && <small>{message}</small>}
    </>
  );
}

function AutoUpdateText({ timer, now }: { readonly timer: AutoUpdate | null; readonly now: number }): ReactNode {
  if (!timer) return 'No timer';
  if (timer.masked) return <>{timer.unit} is masked</>;
  if (!timer.active) return <>{timer.unit} is off</>;
  const next = timer.nextAt === null ? '' : `, next in ${formatSpan(timer.nextAt - now)}`;
  if (!timer.reboots) return `${timer.unit} is on${next}`;
  return (
    <StateWord icon="exclamation-triangle" tone="warn">
      {timer.unit} is on and reboots by itself{next}
    </StateWord>
  );
}

function IdentityRows({ identity }: { readonly identity: Identity }): ReactNode {
  const { hostname, osName, kernel, architecture, uptimeSeconds } = identity;
  return (
    <>
      <dt>Hostname</dt>
      <dd>{hostname}</dd>
      <dt>System</dt>
      <dd>{osName}</dd>
      <dt>Running</dt>
      <dd>
        <Mono title={kernel}>{kernelRelease(kernel, architecture)}</Mono> {architecture}, up{' '}
        {formatSpan(uptimeSeconds * 1000)}
      </dd>
    </>
  );
}

function toolsText(tools: Tools): string {
  const named = { bootc: tools.bootc, 'rpm-ostree': tools.rpmOstree, ostree: tools.ostree, systemd: tools.systemd };
  const present = Object.entries(named).flatMap(([name, version]) =>
    version === null ? [] : [`${name} ${version}`.trim()],
  );
  const missing = [
    ...(tools.bootc === null ? ['bootc'] : []),
    ...(tools.systemdRun ? [] : ['systemd-run']),
    ...(tools.sudo ? [] : ['sudo']),
  ];
  return [present.join(', '), ...(missing.length > 0 ? [`not there: ${missing.join(', ')}`] : [])]
    .filter(Boolean)
    .join('; ');
}
