import type { ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import type { Discovery, SourceLine, SourceProblem } from '../../../shared/model/source.ts';
import { Icon } from '../../components/icon.tsx';
import { failureText } from '../../state/failure-of.ts';

/** Entries shown of a long list: the rest is in the file. */
const MOST = 200;

/** What was left out of a source as no host, and what of it could not be read: each with file and line. */
export function SourceDetails({
  discovery: { leftOut, problems, files },
}: {
  readonly discovery: Pick<Discovery, 'leftOut' | 'problems' | 'files'>;
}): ReactNode {
  return (
    <div className="sourcedetails">
      <SourceProblems problems={problems} />
      {leftOut.length > 0 && (
        <details>
          <summary>{plural(leftOut.length, 'entry is', 'entries are')} used as defaults, not as hosts</summary>
          <ul>
            {leftOut.slice(0, MOST).map((entry, index) => (
              <li key={index}>
                <span className="b-mono">{entry.text}</span> <Line line={entry} />
              </li>
            ))}
            <More count={leftOut.length} />
          </ul>
        </details>
      )}
      {files.length > 1 && (
        <details>
          <summary>{plural(files.length, 'file')} were read</summary>
          <ul>
            {files.slice(0, MOST).map((file) => (
              <li key={file} className="b-mono">
                {file}
              </li>
            ))}
            <More count={files.length} />
          </ul>
        </details>
      )}
    </div>
  );
}

/** What a person should know about a source; open from the start, for it may be why a host is missing. */
export function SourceProblems({ problems }: { readonly problems: readonly SourceProblem[] }): ReactNode {
  if (problems.length === 0) return null;
  return (
    <details open>
      <summary>
        <Icon name="exclamation-triangle" tone="warn" /> {plural(problems.length, 'problem')}; the rest was read
      </summary>
      <ul>
        {problems.slice(0, MOST).map((problem, index) => (
          <li key={index}>
            <Line line={problem} /> {failureText(problem.failure)}
          </li>
        ))}
        <More count={problems.length} />
      </ul>
    </details>
  );
}

export function Line({ line: { file, line } }: { readonly line: SourceLine }): ReactNode {
  return (
    <span className="b-mono b-subtle">
      {file}
      {line === null ? '' : `:${String(line)}`}
    </span>
  );
}

export function More({ count, most = MOST }: { readonly count: number; readonly most?: number }): ReactNode {
  return count > most && <li className="b-subtle">and {(count - most).toLocaleString('en')} more</li>;
}
