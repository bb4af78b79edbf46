import type { ReactNode } from 'react';
import { describeAttempt } from '../../../shared/errors/describe-attempt.ts';
import type { AuthAttempt } from '../../../shared/model/auth-attempt.ts';
import { StateWord, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import './login-table.css';

const outcomes: Readonly<Record<AuthAttempt['outcome'], { text: string; icon: IconName; tone: Tone }>> = {
  accepted: { text: 'Accepted', icon: 'check', tone: 'ok' },
  denied: { text: 'Denied', icon: 'ban', tone: 'danger' },
  'not-tried': { text: 'Not tried', icon: 'minus', tone: 'muted' },
};

/** What became of every way into a host: whether the host offers it, whether it was tried, and why it did not open. */
export function LoginTable({ attempts }: { readonly attempts: readonly AuthAttempt[] }): ReactNode {
  return (
    <div className="login" tabIndex={0} role="region" aria-label="Ways to log in">
      <table>
        <thead>
          <tr>
            <th scope="col">Way in</th>
            <th scope="col">Offered</th>
            <th scope="col">Result</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map((attempt, index) => {
            const { way, why } = describeAttempt(attempt);
            const { text, ...look } = outcomes[attempt.outcome];
            return (
              <tr key={index}>
                <th scope="row">{way}</th>
                <td>{attempt.offered === null ? 'not told' : attempt.offered ? 'yes' : 'no'}</td>
                <td>
                  <StateWord {...look}>{text}</StateWord>
                </td>
                <td>{why}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
