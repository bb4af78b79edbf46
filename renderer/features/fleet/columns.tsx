import type { ReactNode } from 'react';
import { conditionText } from '../../../shared/logic/condition.ts';
import type { SortColumn } from '../../../shared/logic/fleet-sort.ts';
import { formatAge, formatDate, shortDigest, UNKNOWN } from '../../../shared/logic/format.ts';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { Icon, StateWord } from '../../components/icon.tsx';
import { Mono, Tag } from '../../components/small.tsx';
import { conditionLook } from '../../state/condition-look.ts';

/** What a cell needs besides its row. `now` epoch ms. */
export interface CellContext {
  readonly now: number;
  readonly shortImage: (reference: string) => string;
}

/** A column of the fleet table. `width` is one track of a CSS grid. */
export interface Column {
  readonly id: string;
  readonly label: string;
  readonly width: string;
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
    width: 'minmax(114px, 1.5fr)',
    sort: 'name',
    shown: 'always',
    cell: (row) => row.name,
  },
  {
    id: 'address',
    label: 'Address',
    width: 'minmax(120px, 1fr)',
    sort: 'name',
    shown: 'chosen',
    cell: (row) => <Mono title={row.address}>{row.address}</Mono>,
  },
  {
    id: 'group',
    label: 'Group',
    width: 'minmax(80px, 0.5fr)',
    sort: 'group',
    shown: 'chosen',
    cell: (row) => row.group ?? unknown,
  },
  {
    id: 'tags',
    label: 'Tags',
    width: 'minmax(52px, 0.8fr)',
    sort: 'tags',
    shown: 'wide',
    cell: (row) => (
      <span className="fleet-tags" title={row.tags.join(', ')}>
        {row.tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </span>
    ),
  },
  {
    id: 'state',
    label: 'State',
    width: 'minmax(182px, 0.4fr)',
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
    width: 'minmax(104px, 0.8fr)',
    sort: 'image',
    shown: 'wide',
    cell: ({ booted, condition }, { shortImage }) => {
      if (booted?.image) return <span title={booted.image}>{shortImage(booted.image)}</span>;
      return condition.code === 'no-root' ? <span className="b-subtle">needs root</span> : unknown;
    },
  },
  {
    id: 'version',
    label: 'Version @ digest',
    width: 'minmax(170px, 0.4fr)',
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
    width: '48px',
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
    width: 'minmax(122px, 0.2fr)',
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
    width: 'minmax(122px, 0.2fr)',
    sort: 'next-boot',
    shown: 'always',
    cell: ({ nextBoot }) => {
      if (nextBoot === null) return unknown;
      if (nextBoot.kind === 'same') return <span className="b-subtle">same</span>;
      const staged = nextBoot.kind === 'staged';
      return (
        <StateWord icon={staged ? 'arrow-right' : 'arrow-left'} tone={staged ? 'staged' : 'warn'}>
          {nextBoot.version}
        </StateWord>
      );
    },
  },
  {
    id: 'health',
    label: 'Health',
    width: 'minmax(88px, 0.1fr)',
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
    width: 'minmax(80px, 0.1fr)',
    sort: 'backend',
    shown: 'wide',
    cell: ({ backend }) => backend ?? unknown,
  },
  {
    id: 'seen',
    label: 'Seen',
    width: 'minmax(58px, 0.2fr)',
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

/** The columns to show: the default of the width, changed by what the user chose. */
export function shownColumns(wide: boolean, chosen: Readonly<Record<string, boolean>>): readonly Column[] {
  return columns.filter(({ id, shown }) => id === 'host' || (chosen[id] ?? isShownByDefault(shown, wide)));
}

function isShownByDefault(shown: Column['shown'], wide: boolean): boolean {
  return shown === 'always' || (shown === 'wide' && wide);
}
