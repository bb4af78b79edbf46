import type { ReactNode } from 'react';

/** Berth's mark: a ship at its berth. The colour is that of the text around it. */
export function Logo(): ReactNode {
  return (
    <svg className="b-logo" viewBox="0 0 20 20" fill="none" aria-hidden="true">
      <path
        d="M2.5 3v10.5a4 4 0 0 0 4 4h7a4 4 0 0 0 4-4V3"
        stroke="currentColor"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
      <rect x="6.4" y="3" width="7.2" height="3" rx="1" fill="currentColor" opacity=".45" />
      <rect x="6.4" y="7.2" width="7.2" height="5.4" rx="1" fill="currentColor" />
    </svg>
  );
}
