import type { ReactNode } from 'react';

/** A key of the keyboard. */
export function Kbd({ children }: { children: ReactNode }): ReactNode {
  return <kbd className="b-kbd">{children}</kbd>;
}

/** A short outlined word: a tag, a flag. `strong`: one to be careful with. */
export function Tag({
  children,
  title,
  strong = false,
}: {
  children: ReactNode;
  title?: string | undefined;
  strong?: boolean;
}): ReactNode {
  return (
    <span className={strong ? 'b-tag b-tag--strong' : 'b-tag'} title={title}>
      {children}
    </span>
  );
}

/** Digests, paths, commands, references: the fixed-width face. */
export function Mono({ children, title }: { children: ReactNode; title?: string }): ReactNode {
  return (
    <span className="b-mono" title={title}>
      {children}
    </span>
  );
}
