import type { CSSProperties, ReactNode } from 'react';
import { formatBytes, formatDuration } from '../../../shared/logic/format.ts';
import { pullFigures } from '../../../shared/logic/progress.ts';
import type { PullProgress } from '../../../shared/model/operation.ts';

/** More cells than this are too thin to see: then a cell stands for several layers. */
const MAX_CELLS = 80;

const HAVE = 'color-mix(in srgb, var(--b-accent) 38%, var(--b-surface))';
const WAIT = 'color-mix(in srgb, var(--b-muted) 24%, transparent)';

/** The pull, layer by layer: what was there, what was pulled, what is on its way, what is to come; with sizes, rate and time left. */
export function LayerStrip({ pull, rate }: { readonly pull: PullProgress; readonly rate: number | null }): ReactNode {
  const figures = pullFigures(pull, rate);
  return (
    <>
      {figures.layersTotal === null ? (
        <ByteBar share={figures.share} />
      ) : (
        <Cells pull={pull} total={figures.layersTotal} layers={figures.layers} />
      )}
      <div className="lkey">
        {pull.layersTotal > 0 && (
          <>
            <Key colour={HAVE}>
              {pull.layersCached} already there, {formatBytes(pull.bytesCached)}
            </Key>
            <Key colour="var(--b-accent)">
              {pull.layers} pulled, {formatBytes(pull.bytes)}
            </Key>
            <Key colour={WAIT}>
              {Math.max(0, pull.layersTotal - pull.layers)} to pull,{' '}
              {formatBytes(Math.max(0, pull.bytesTotal - pull.bytes))}
            </Key>
          </>
        )}
        <span className="lkey__rate">{rateText(rate, figures.remainingMs)}</span>
      </div>
    </>
  );
}

function Cells({
  pull,
  total,
  layers,
}: {
  readonly pull: PullProgress;
  readonly total: number;
  readonly layers: number;
}): ReactNode {
  const perCell = Math.max(1, total / MAX_CELLS);
  const cells = Array.from({ length: Math.min(total, MAX_CELLS) }, (_, index) => {
    const layer = Math.floor(index * perCell);
    if (layer < pull.layersCached) return 'have';
    if (layer < layers) return 'got';
    return layer < layers + perCell ? 'cur' : 'wait';
  });
  // Only the first cell after what is there is on its way: layers come one after another.
  const current = cells.indexOf('cur');
  const filled = pull.current && pull.current.bytesTotal > 0 ? pull.current.bytes / pull.current.bytesTotal : 0;
  const style = { '--v': `${Math.round(Math.min(1, filled) * 100)}%` } as CSSProperties;
  return (
    <div className="layers" role="img" aria-label={`${Math.min(layers, total)} of ${total} layers on the host`}>
      {cells.map((cell, index) => (
        <span
          key={index}
          className={cell === 'cur' && index !== current ? 'wait' : cell}
          {...(index === current && { style })}
        />
      ))}
    </div>
  );
}

function ByteBar({ share }: { readonly share: number | null }): ReactNode {
  if (share === null) return null;
  const percent = Math.floor(share * 100);
  return (
    <div className="bytebar" role="img" aria-label={`${percent} %`}>
      <span style={{ '--v': `${percent}%` } as CSSProperties} />
    </div>
  );
}

function Key({ colour, children }: { readonly colour: string; readonly children: ReactNode }): ReactNode {
  return <i style={{ '--k': colour } as CSSProperties}>{children}</i>;
}

function rateText(rate: number | null, remainingMs: number | null): string {
  if (rate === null) return '';
  const speed = `${formatBytes(rate)}/s`;
  return remainingMs === null ? speed : `${speed}, about ${formatDuration(remainingMs)} left`;
}
