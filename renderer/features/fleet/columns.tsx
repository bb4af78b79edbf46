import type { ReactNode } from 'react';
import { conditionText } from '../../../shared/logic/condition.ts';
import type { SortColumn } from '../../../shared/logic/fleet-sort.ts';
import { formatAge, formatDate, plural, shortDigest, UNKNOWN } from '../../../shared/logic/format.ts';
import type { EtcSummary } from '../../../shared/model/etc.ts';
import type { FleetRow, NextBootSign } from '../../../shared/model/fleet.ts';
import { Icon, StateWord, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { Mono, Tag } from '../../components/small.tsx';
import { conditionLook } from '../../state/condition-look.ts';

/** What a cell needs besides its row. `now` epoch ms. */
export interface CellContext {
  readonly now: number;
  readonly imageLabel: (reference: string) => string;
  /** The tag that makes it a production host; null: it is none. */
  readonly productionOf: (tags: readonly string[]) => string | null;
}

/** A column of the fleet table. `least` in CSS pixels; what is left of the window goes to the columns by `grow`. */
export interface Column {
  readonly id: string;
  readonly label: string;
  readonly least: number;
  readonly grow: number;
  readonly sort: SortColumn;
  readonly numeric?: boolean;
  /** Shown unless the user puts it away; `wide`: from 1000 px of window on. */
  readonly shown: 'always' | 'wide' | 'chosen';
  readonly cell: (row: FleetRow, context: CellContext) => ReactNode;
}

const unknown = <span className="b-subtle">{UNKNOWN}</span>;

/** The columns in their order, after the one with the check boxes. The host itself cannot be put away. */
export const columns: readonly Column[] = [
  {
    id: 'host',
    label: 'Host',
    least: 112,
    grow: 1.5,
    sort: 'name',
    shown: 'always',
    cell: (row) => row.name,
  },
  {
    id: 'address',
    label: 'Address',
    least: 120,
    grow: 1,
    sort: 'name',
    shown: 'chosen',
    cell: (row) => <Mono title={row.address}>{row.address}</Mono>,
  },
  {
    id: 'group',
    label: 'Group',
    least: 80,
    grow: 0.5,
    sort: 'group',
    shown: 'chosen',
    cell: (row) => row.group ?? unknown,
  },
  {
    id: 'tags',
    label: 'Tags',
    least: 48,
    grow: 0.8,
    sort: 'tags',
    shown: 'wide',
    cell: ({ tags }, { productionOf }) => {
      const production = productionOf(tags);
      return (
        <span className="fleet-tags" title={tags.join(', ')}>
          {/* The word that matters comes first, as there may be room for one. */}
          {[...tags.filter((tag) => tag === production), ...tags.filter((tag) => tag !== production)].map((tag) => (
            <Tag key={tag} strong={tag === production}>
              {tag}
            </Tag>
          ))}
        </span>
      );
    },
  },
  {
    id: 'state',
    label: 'State',
    least: 181,
    grow: 0.4,
    sort: 'state',
    shown: 'always',
    cell: (row, { now }) => {
      const { code, percent } = row.condition;
      return (
        <StateWord {...conditionLook[code]} percent={percent}>
          {conditionText(row, now)}
        </StateWord>
      );
    },
  },
  {
    id: 'image',
    label: 'Booted image',
    least: 104,
    grow: 0.8,
    sort: 'image',
    shown: 'wide',
    cell: ({ booted, condition }, { imageLabel }) => {
      if (booted?.image) return <span title={booted.image}>{imageLabel(booted.image)}</span>;
      return condition.code === 'no-root' ? <span className="b-subtle">needs root</span> : unknown;
    },
  },
  {
    id: 'version',
    label: 'Version @ digest',
    least: 168,
    grow: 0.4,
    sort: 'version',
    shown: 'always',
    cell: ({ booted, os }) => {
      if (!booted) return os === null ? unknown : <span className="b-subtle">{os}</span>;
      return (
        <span title={booted.digest ?? undefined}>
          {booted.version}{' '}
          {booted.digest !== null && <span className="b-mono b-subtle">@{shortDigest(booted.digest, 'table')}</span>}
        </span>
      );
    },
  },
  {
    id: 'age',
    label: 'Age',
    least: 44,
    grow: 0,
    sort: 'age',
    numeric: true,
    shown: 'wide',
    cell: ({ booted }, { now }) => {
      const time = booted?.timestamp ?? null;
      return time === null ? unknown : <span title={`Built ${formatDate(time)}`}>{formatAge(time, now)}</span>;
    },
  },
  {
    id: 'update',
    label: 'Update',
    least: 122,
    grow: 0.2,
    sort: 'update',
    shown: 'chosen',
    cell: ({ update }) =>
      update === null ? (
        unknown
      ) : (
        <StateWord icon="arrow-circle-up" tone="update">
          {update.version ?? <span className="b-mono">@{shortDigest(update.digest, 'table')}</span>}
        </StateWord>
      ),
  },
  {
    id: 'next-boot',
    label: 'Next boot',
    least: 119,
    grow: 0.2,
    sort: 'next-boot',
    shown: 'always',
    cell: ({ nextBoot }) => (nextBoot === null ? unknown : <NextBootCell {...nextBoot} />),
  },
  {
    id: 'etc',
    label: '/etc',
    least: 46,
    grow: 0,
    sort: 'etc',
    numeric: true,
    shown: 'always',
    cell: ({ etc }, { now }) => (etc === null ? unknown : <EtcCell etc={etc} now={now} />),
  },
  {
    id: 'health',
    label: 'Health',
    least: 82,
    grow: 0.1,
    sort: 'health',
    shown: 'always',
    cell: ({ fallback, failedUnits }) => {
      if (fallback) {
        return (
          <StateWord icon="times-circle" tone="danger">
            Fallback
          </StateWord>
        );
      }
      if (failedUnits === null) return unknown;
      if (failedUnits > 0) {
        return (
          <StateWord icon="exclamation-triangle" tone="warn">
            {failedUnits} failed
          </StateWord>
        );
      }
      return (
        <span className="b-state b-subtle">
          <Icon name="check" tone="ok" />
          Healthy
        </span>
      );
    },
  },
  {
    id: 'backend',
    label: 'Backend',
    least: 77,
    grow: 0.1,
    sort: 'backend',
    shown: 'wide',
    cell: ({ backend }) => backend ?? unknown,
  },
  {
    id: 'seen',
    label: 'Seen',
    least: 50,
    grow: 0.2,
    sort: 'seen',
    numeric: true,
    shown: 'always',
    cell: ({ factsReadAt }, { now }) =>
      factsReadAt === null ? (
        unknown
      ) : (
        <span title={`Facts read ${formatDate(factsReadAt)}`}>{formatAge(factsReadAt, now)}</span>
      ),
  },
];

const NEXT_BOOT_SIGNS = {
  blocked: { icon: 'ban', tone: 'danger', title: 'Will be lost at shutdown: the host says why' },
  'download-discarded': { icon: 'download', tone: 'muted', title: 'A plain reboot discards the staged download' },
  'may-reboot': { icon: 'hourglass-half', tone: 'warn', title: 'An auto-update may reboot this host by itself' },
} as const satisfies Record<NextBootSign, { icon: IconName; tone: Tone; title: string }>;

/** What boots next, with the worst that is foreseen about it. */
function NextBootCell({ kind, version, sign }: NonNullable<FleetRow['nextBoot']>): ReactNode {
  if (kind === 'same' && sign === null) return <span className="b-subtle">same</span>;
  const arrow =
    kind === 'staged'
      ? ({ icon: 'arrow-right', tone: 'staged' } as const)
      : ({ icon: 'arrow-left', tone: 'warn' } as const);
  const { icon, tone } = sign !== null && (kind === 'same' || sign === 'blocked') ? NEXT_BOOT_SIGNS[sign] : arrow;
  return (
    <span title={sign === null ? undefined : NEXT_BOOT_SIGNS[sign].title}>
      <StateWord icon={icon} tone={tone}>
        {kind === 'same' ? 'same' : version}
        {sign !== null && <span className="b-hidden">. {NEXT_BOOT_SIGNS[sign].title}</span>}
      </StateWord>
    </span>
  );
}

/** How many paths of /etc were changed here; before that, what of them hides changes of the new image, and what makes its merge fail. */
function EtcCell({ etc, now }: { readonly etc: EtcSummary; readonly now: number }): ReactNode {
  const { drift, masked, blockers, isTransient, at } = etc;
  const seen = `compared ${formatAge(at, now)} ago`;
  const changed = `${plural(drift, 'path')} changed on this host${isTransient ? ' until its next boot' : ''}`;
  if (blockers !== null && blockers > 0) {
    return (
      <span title={`${plural(blockers, 'path')} will make the merge fail; ${changed}, ${seen}`}>
        <StateWord icon="ban" tone="danger">
          {blockers}
          <span className="b-hidden"> that block the update</span>
        </StateWord>
      </span>
    );
  }
  if (masked !== null && masked > 0) {
    return (
      <span title={`${plural(masked, 'change')} of the new image hidden by edits; ${changed}, ${seen}`}>
        <StateWord icon="eye-slash" tone="warn">
          {masked}
          <span className="b-hidden"> changes of the new image hidden</span>
        </StateWord>
      </span>
    );
  }
  return <span title={`${changed}, ${seen}`}>{drift}</span>;
}

/** The columns to show: the default of the width, changed by what the user chose. */
export function shownColumns(wide: boolean, chosen: Readonly<Record<string, boolean>>): readonly Column[] {
  return columns.filter(({ id, shown }) => id === 'host' || (chosen[id] ?? isShownByDefault(shown, wide)));
}

function isShownByDefault(shown: Column['shown'], wide: boolean): boolean {
  return shown === 'always' || (shown === 'wide' && wide);
}

/** The tracks of the grid, and how narrow it can get before it scrolls sideways, CSS pixels. */
export function tracksOf(shown: readonly Column[]): { readonly template: string; readonly least: number } {
  const template = shown.map(({ least, grow }) => (grow > 0 ? `minmax(${least}px, ${grow}fr)` : `${least}px`));
  return {
    template: [`${CHECK_WIDTH}px`, ...template].join(' '),
    least: shown.reduce((sum, { least }) => sum + least, CHECK_WIDTH + END_PADDING),
  };
}

const CHECK_WIDTH = 36;
/** Beside the scroll bar; the style sheet says the same. */
const END_PADDING = 22;
