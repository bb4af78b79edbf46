import type { ReactNode } from 'react';
import { icons, type IconName } from './icons.ts';

/** The colour of an icon; words beside it keep the colour of text. */
export type Tone = 'ok' | 'update' | 'staged' | 'warn' | 'danger' | 'muted' | 'accent';

/** One of PatternFly's icons; some do not say where they begin. */
interface Drawing {
  readonly xOffset?: number;
  readonly yOffset?: number;
  readonly width: number;
  readonly height: number;
  readonly svgPathData: string;
}

/**
 * An icon as one plain `svg`: PatternFly's own component draws two (it can switch icon sets), which counts in a table.
 * Decoration, unless it has a `label`. `ring` is an empty circle: not yet.
 */
export function Icon({ name, tone, label }: { name: IconName; tone?: Tone; label?: string }): ReactNode {
  const className = tone ? `b-icon b-tone-${tone}` : 'b-icon';
  const said = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  if (name === 'ring') return <span className={`${className} b-ring`} {...said} />;
  const { xOffset = 0, yOffset = 0, width, height, svgPathData }: Drawing = icons[name].icon;
  return (
    <svg className={className} viewBox={`${xOffset} ${yOffset} ${width} ${height}`} fill="currentColor" {...said}>
      <path d={svgPathData} />
    </svg>
  );
}

/** A state: always an icon and a word. `percent` adds a small bar. */
export function StateWord({
  icon,
  tone,
  percent = null,
  children,
}: {
  icon: IconName;
  tone: Tone;
  percent?: number | null;
  children: ReactNode;
}): ReactNode {
  return (
    <span className="b-state">
      <Icon name={icon} tone={tone} />
      <span className="b-cut">{children}</span>
      {percent !== null && (
        <span className="b-minibar" aria-hidden="true">
          <span style={{ inlineSize: `${Math.max(0, Math.min(100, percent))}%` }} />
        </span>
      )}
    </span>
  );
}
