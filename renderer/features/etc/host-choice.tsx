import { useMemo, type ReactNode } from 'react';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { PickList } from '../../components/pick-list.tsx';
import { useFleet } from '../../state/session-context.ts';

interface Candidate {
  readonly id: string;
  readonly canPick: boolean;
  readonly row: FleetRow;
}

/** Other hosts to choose, those of the same image first: with others there is little in common. `like` is the host that they are chosen for. */
export function HostChoice({
  like,
  chosen,
  onChoose,
}: {
  readonly like: string;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
}): ReactNode {
  const rows = useFleet((state) => state.rows);
  const image = rows.get(like)?.booted?.image ?? null;
  const items = useMemo(() => {
    const rank = ({ id, booted }: FleetRow) => (id === like ? 0 : image !== null && booted?.image === image ? 1 : 2);
    const all = [...rows.values()].filter(({ backend }) => backend !== 'packages');
    all.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en'));
    return all.map((row): Candidate => ({ id: row.id, canPick: row.id !== like, row }));
  }, [rows, like, image]);
  return (
    <PickList
      label="Other hosts"
      head={
        <span className="etchosts__pick">
          <span>Host</span>
          <span>Version</span>
          <span>Image</span>
        </span>
      }
      items={items}
      picked={chosen}
      onPick={onChoose}
    >
      {({ row }) => (
        <span className="etchosts__pick">
          <span className="b-cut">{row.name}</span>
          <span className="b-cut">{row.booted?.version ?? '–'}</span>
          <span className="b-cut b-subtle">{row.booted?.image ?? '–'}</span>
        </span>
      )}
    </PickList>
  );
}
