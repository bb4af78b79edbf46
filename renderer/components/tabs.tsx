import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import './tabs.css';

/** One tab: its name, and what it shows when it is chosen. */
export interface Tab<Id extends string> {
  readonly id: Id;
  readonly text: string;
  /** Behind the name: a count of what wants to be looked at. */
  readonly badge?: ReactNode;
  readonly content: () => ReactNode;
}

/**
 * Tabs over one panel. Arrow keys, Home and End choose among them; the tab order has only the chosen one. `fill`: the panel takes
 * the rest of the height and its content scrolls by itself.
 */
export function Tabs<Id extends string>({
  label,
  tabs,
  selected,
  onSelect,
  fill = false,
}: {
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly selected: Id;
  readonly onSelect: (id: Id) => void;
  readonly fill?: boolean;
}): ReactNode {
  const prefix = useId();
  const list = useRef<HTMLDivElement>(null);

  function onKeyDown(event: KeyboardEvent): void {
    const here = tabs.findIndex(({ id }) => id === selected);
    const steps: Record<string, number> = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: -1 };
    const to = steps[event.key];
    const next = to === undefined ? undefined : tabs.at(to % tabs.length);
    if (!next) return;
    event.preventDefault();
    onSelect(next.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  }

  return (
    <>
      <div ref={list} className="b-tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map(({ id, text, badge }) => (
          <button
            key={id}
            type="button"
            role="tab"
            className="b-tab"
            id={`${prefix}${id}`}
            data-tab={id}
            aria-selected={id === selected}
            aria-controls={`${prefix}panel`}
            tabIndex={id === selected ? 0 : -1}
            onClick={() => onSelect(id)}
          >
            {text}
            {badge !== undefined && <span className="b-tab__badge">{badge}</span>}
          </button>
        ))}
      </div>
      <div
        className={fill ? 'b-tabpanel b-tabpanel--fill' : 'b-tabpanel'}
        role="tabpanel"
        id={`${prefix}panel`}
        aria-labelledby={`${prefix}${selected}`}
      >
        {tabs.find(({ id }) => id === selected)?.content()}
      </div>
    </>
  );
}
