import type { ReactNode } from 'react';
import { describe } from '../../shared/errors/describe.ts';
import type { Failure } from '../../shared/errors/failure.ts';
import './parts.css';

/** In the place of a fact that could not be read: that it is not known, and why. */
export function UnknownFact({ failure }: { readonly failure: Failure }): ReactNode {
  const { text, remedy } = describe(failure);
  return (
    <span className="unknown">
      Not known
      <small>{remedy ? `${text} ${remedy}` : text}</small>
    </span>
  );
}
