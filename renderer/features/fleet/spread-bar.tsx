import { useMemo, type ReactNode } from 'react';
import { spread, type Spread } from '../../../shared/logic/fleet-figures.ts';
import { termState, type Filter } from '../../../shared/logic/fleet-filter.ts';
import { plural } from '../../../shared/logic/format.ts';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { useSession } from '../../state/session-context.ts';
import { imageLabels } from './image-labels.ts';

/** What fits beside each other and can be told apart; the rest is one segment, and the filter finds it. */
const IMAGES_SHOWN = 5;
const DIGESTS_SHOWN = 3;

/** Which digests of which image run on how many hosts, newest first and solid. Each segment is a filter. */
export function SpreadBar({
  rows,
  filter,
}: {
  readonly rows: ReadonlyMap<string, FleetRow>;
  readonly filter: Filter;
}): ReactNode {
  const all = useMemo(() => spread(rows.values()), [rows]);
  const label = useMemo(
    () =>
      imageLabels(
        all.flatMap(({ image }) => image ?? []),
        2,
      ),
    [all],
  );
  const images = all.filter(({ image }) => image !== null);
  // Also where nothing is known yet: the table below must not move when the first host has been read.
  if (all.length === 0) return null;
  const none = all.find(({ image }) => image === null);
  const more = images.length - IMAGES_SHOWN;
  return (
    <section className="fleet-spread" aria-label="Digest spread, each part is a filter">
      {images.slice(0, IMAGES_SHOWN).map((each) => (
        <ImageSpread key={each.image} spread={each} label={label(each.image ?? '')} filter={filter} />
      ))}
      {more > 0 && <span className="fleet-spread__more b-subtle">{plural(more, 'more image')}</span>}
      {none && <WithoutImage spread={none} filter={filter} />}
    </section>
  );
}

function ImageSpread({
  spread: { image, count, segments },
  label,
  filter,
}: {
  readonly spread: Spread;
  readonly label: string;
  readonly filter: Filter;
}): ReactNode {
  const { view } = useSession();
  const older = segments.slice(DIGESTS_SHOWN).reduce((sum, segment) => sum + segment.count, 0);
  return (
    <div className="fleet-spread__image" style={{ flexGrow: count }}>
      <div className="fleet-spread__head" title={image ?? undefined}>
        <span className="b-cut">{label}</span>
        <span className="b-subtle">{count.toLocaleString('en')}</span>
      </div>
      <div className="fleet-spread__bar">
        {segments.slice(0, DIGESTS_SHOWN).map((segment) => (
          <button
            key={segment.digest}
            type="button"
            className={`fleet-segment fleet-segment--${Math.min(segment.rank, 2)}`}
            style={{ flexGrow: segment.count }}
            aria-pressed={termState(filter, segment.term) === 'include'}
            title={`${segment.label} @ ${segment.digest}`}
            onClick={(event) => view.toggleTerm(segment.term, event)}
          >
            <span>
              <span className="b-hidden">{label} </span>
              {segment.label}
            </span>{' '}
            <b>
              {segment.count.toLocaleString('en')}
              <span className="b-hidden"> {segment.count === 1 ? 'host' : 'hosts'}</span>
            </b>
          </button>
        ))}
        {older > 0 && (
          <span className="fleet-segment fleet-segment--rest" style={{ flexGrow: older }}>
            <span>older</span>
            <b>{older.toLocaleString('en')}</b>
          </span>
        )}
      </div>
    </div>
  );
}

function WithoutImage({
  spread: { count, term },
  filter,
}: {
  readonly spread: Spread;
  readonly filter: Filter;
}): ReactNode {
  const { view } = useSession();
  return (
    <div className="fleet-spread__image fleet-spread__image--none">
      <div className="fleet-spread__head">
        <span>No image known</span>
        <span className="b-subtle">{count.toLocaleString('en')}</span>
      </div>
      <div className="fleet-spread__bar">
        <button
          type="button"
          className="fleet-segment fleet-segment--none"
          aria-pressed={termState(filter, term) === 'include'}
          onClick={(event) => view.toggleTerm(term, event)}
        >
          various<span className="b-hidden">, no image known: {plural(count, 'host')}</span>
        </button>
      </div>
    </div>
  );
}
