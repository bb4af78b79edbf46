import { useId, type ReactNode } from 'react';
import './facts-grid.css';

/** A titled box of facts. `note`: subtle, at the end of the title. */
export function FactBox({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <section className="factbox" aria-labelledby={id}>
      <div className="factbox__h">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span>{note}</span>}
      </div>
      {children}
    </section>
  );
}
