import type { ReactNode } from 'react';
import { CopyButton } from '../components/copy-button.tsx';
import './parts.css';

/** Commands as a person could type them, one a line, to read and to copy. `what` completes “Copy …”. */
export function CommandBlock({
  commands,
  what,
}: {
  readonly commands: readonly string[];
  readonly what: string;
}): ReactNode {
  const text = commands.join('\n');
  return (
    <div className="cmd">
      <pre tabIndex={0} aria-label={what}>
        {text}
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}
