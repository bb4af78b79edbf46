import { useEffect, useId, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';
import './explained-tag.css';

interface ExplainedTagProps {
  /** What the tag means, in a sentence or two. */
  readonly explanation: string;
  readonly children: ReactNode;
}

/** Distance of the explanation from its tag and from the edges of the window, CSS pixels. */
const GAP = 4;
const EDGE = 8;
/** The style sheet says the same. */
const WIDTH = 320;
/** Room for the longest explanation; where there is less below, it stands above. */
const HEIGHT = 100;

/**
 * A tag that says more when it is pointed at or has the focus. Screen readers hear the explanation with the tag; Esc puts it away.
 */
export function ExplainedTag({ explanation, children }: ExplainedTagProps): ReactNode {
  const [place, setPlace] = useState<CSSProperties | null>(null);
  const id = useId();
  const isShown = place !== null;

  useEffect(() => {
    if (!isShown) return undefined;
    const hide = () => setPlace(null);
    addEventListener('scroll', hide, true);
    addEventListener('resize', hide);
    return () => {
      removeEventListener('scroll', hide, true);
      removeEventListener('resize', hide);
    };
  }, [isShown]);

  function show(tag: Element): void {
    const { left, top, bottom } = tag.getBoundingClientRect();
    setPlace({
      left: Math.max(EDGE, Math.min(left, innerWidth - WIDTH - EDGE)),
      ...(bottom + HEIGHT < innerHeight ? { top: bottom + GAP } : { bottom: innerHeight - top + GAP }),
    });
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !place) return;
    event.preventDefault();
    setPlace(null);
  }

  return (
    <>
      <button
        type="button"
        className="b-tag b-explained"
        aria-describedby={id}
        onClick={(event) => show(event.currentTarget)}
        onFocus={(event) => show(event.currentTarget)}
        onBlur={() => setPlace(null)}
        onMouseEnter={(event) => show(event.currentTarget)}
        onMouseLeave={() => setPlace(null)}
        onKeyDown={onKeyDown}
      >
        {children}
      </button>
      <span id={id} role="tooltip" className={place ? 'b-explanation' : 'b-hidden'} style={place ?? undefined}>
        {explanation}
      </span>
    </>
  );
}
