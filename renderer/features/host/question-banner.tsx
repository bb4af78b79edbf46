import type { ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import type { Failure } from '../../../shared/errors/failure.ts';
import { Banner } from '../../parts/banner.tsx';
import { CommandBlock } from '../../parts/command-block.tsx';

interface QuestionProps {
  readonly hostName: string;
  readonly question: Failure;
}

/** Nothing is wrong with a host that only waits for an answer: what it asks, and what helps to answer it. */
export function QuestionBanner({ hostName, question }: QuestionProps): ReactNode {
  if (question.code !== 'ssh.host-key-unknown') {
    const { text, remedy } = describe(question);
    return <Banner icon="question-circle" tone="accent" title={text} details={<p>{remedy}</p>} />;
  }
  const param = (name: string) => String(question.params[name] ?? 'not known');
  return (
    <Banner
      icon="question-circle"
      tone="accent"
      title={
        <>
          <b>Is this the host key of {hostName}?</b> It is not known here yet, and nothing was sent to the host.
        </>
      }
      details={<p>Connect to answer. Berth asks nothing before you do.</p>}
    >
      <dl className="keys">
        <dt>Offered key</dt>
        <dd>
          <span className="keys__fp">{param('fingerprint')}</span>
          <small>
            {param('type')}, from {param('address')}
          </small>
        </dd>
      </dl>
      <p className="keys__how">To compare it, run this at the console of the host, not over SSH:</p>
      <CommandBlock commands={[param('command')]} what="the command" />
    </Banner>
  );
}
