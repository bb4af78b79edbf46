import type { ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import type { Failure } from '../../../shared/errors/failure.ts';
import { showPath } from '../../../shared/logic/etc-path.ts';
import { plural } from '../../../shared/logic/format.ts';
import type { EtcComparison, MissingAccounts } from '../../../shared/model/etc.ts';
import { Icon, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';

interface Notice {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly text: string;
}

/** What holds for the whole comparison and changes how it is to be read: each in a sentence. */
export function Notices({
  comparison,
  failure,
}: {
  readonly comparison: EtcComparison;
  readonly failure: Failure | null;
}): ReactNode {
  const notices = noticesOf(comparison, failure);
  if (notices.length === 0) return null;
  return (
    <ul className="etcnotes" aria-label="About this comparison">
      {notices.map(({ icon, tone, text }) => (
        <li key={text}>
          <Icon name={icon} tone={tone} />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}

function noticesOf(comparison: EtcComparison, failure: Failure | null): readonly Notice[] {
  const { isTransient, isRoot, unreadable, changedMeanwhile, mounts, leftOut, failures, missingAccounts } = comparison;
  const warn = (text: string, icon: IconName = 'exclamation-triangle'): Notice => ({ icon, tone: 'warn', text });
  return [
    ...(failure ? [warn(`Comparing again failed: ${describe(failure).text} Shown is what was read before.`)] : []),
    ...(isTransient
      ? [warn('/etc is transient on this host: changes to it are lost at each reboot, and no merge carries them over.')]
      : []),
    ...(!isRoot
      ? [
          warn(
            `Read without root${unreadable.count === 0 ? ', which was enough here.' : ': what only root may read is not known.'}`,
            'lock',
          ),
        ]
      : []),
    ...(unreadable.count > 0
      ? [warn(`${plural(unreadable.count, 'file')} could not be read${among(unreadable.paths)}.`)]
      : []),
    ...accountNotices(missingAccounts),
    ...(changedMeanwhile.length > 0
      ? [
          warn(
            `${plural(changedMeanwhile.length, 'file')} changed while it was read${among(changedMeanwhile)}. Compare again.`,
          ),
        ]
      : []),
    ...(mounts.length > 0
      ? [warn(`Something is mounted over ${namesOf(mounts)}. The merge sees what lies below it.`, 'layer-group')]
      : []),
    ...(leftOut > 0
      ? [
          warn(
            `${plural(leftOut, 'more path')} differ${leftOut === 1 ? 's' : ''} and ${leftOut === 1 ? 'is' : 'are'} not listed.`,
          ),
        ]
      : []),
    ...failures.map((each) => warn(describe(each).text)),
  ];
}

function accountNotices({ users, groups, because }: MissingAccounts): readonly Notice[] {
  const names = [
    ...(users.length > 0 ? [`${plural(users.length, 'user')} (${listed(users)})`] : []),
    ...(groups.length > 0 ? [`${plural(groups.length, 'group')} (${listed(groups)})`] : []),
  ];
  if (names.length === 0) return [];
  const stay = because.length === 1 ? 'stays as it is' : 'stay as they are';
  const text = `${names.join(' and ')} of the new image will be missing, because ${namesOf(because)} ${stay} here.`;
  return [{ icon: 'exclamation-triangle', tone: 'warn', text }];
}

function among(paths: readonly string[]): string {
  return paths.length === 0 ? '' : `: ${namesOf(paths)}`;
}

function namesOf(paths: readonly string[]): string {
  return listed(paths.map((path) => `/etc/${showPath(path)}`));
}

/** At most four names. */
function listed(names: readonly string[]): string {
  const more = names.length - 4;
  return `${names.slice(0, 4).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}
