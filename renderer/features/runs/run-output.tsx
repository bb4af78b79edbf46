import { useMemo, useState, type ReactNode } from 'react';
import type { RunGroup } from '../../../shared/logic/run-groups.ts';
import { unifiedDiff } from '../../../shared/logic/line-patch.ts';
import { keptText, runStateWords, showControls } from '../../../shared/logic/run-words.ts';
import { formatBytes, formatDuration, plural } from '../../../shared/logic/format.ts';
import type { RunHost, RunOutput } from '../../../shared/model/run.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { StateWord } from '../../components/icon.tsx';
import { routeHref } from '../../state/route.ts';
import { useRunOutput } from './use-run.ts';
import { runLook } from './run-look.ts';

/** Names that are written out; the rest is a number. */
const NAMES = 40;
/** Characters of an output that are drawn: a page of a million lines helps nobody, and the export has all. */
const DRAWN = 400_000;
const DIFF_LINES = 20_000;

/** What a host printed, or all hosts of a group alike; beside it, if wanted, where another group differs. */
export function RunOutputPane({
  runId,
  hosts,
  others,
}: {
  readonly runId: string;
  /** With one and the same output. */
  readonly hosts: readonly RunHost[];
  /** Groups to compare with; empty: there is nothing to compare. */
  readonly others: readonly RunGroup[];
}): ReactNode {
  const [first] = hosts;
  const [against, setAgainst] = useState('');
  const other = others.find(({ key }) => key === against);
  const otherHost = other?.hosts[0] ?? null;
  const output = useRunOutput(runId, first?.hostId ?? null, first?.bytes ?? 0);
  const otherOutput = useRunOutput(runId, otherHost?.hostId ?? null, otherHost?.bytes ?? 0);
  if (!first) return null;
  const look = runLook(first);
  const names = hosts.slice(0, NAMES);
  return (
    <section className="run-output" aria-label="Output">
      <div className="run-output__head">
        <StateWord {...look}>{runStateWords(first)}</StateWord>
        <span className="b-subtle b-small b-num">{timesOf(hosts)}</span>
        <span className="b-grow" />
        {others.length > 0 && (
          <label className="run-output__against">
            <span>Compare with</span>
            <select className="b-input" value={against} onChange={(event) => setAgainst(event.target.value)}>
              <option value="">nothing</option>
              {others.map((group) => (
                <option key={group.key} value={group.key}>
                  {groupName(group)}
                </option>
              ))}
            </select>
          </label>
        )}
        {output && <CopyButton text={textOf(output)} what="the output" />}
      </div>
      <p className="run-output__names">
        {names.map(({ hostId, hostName }) => (
          <a key={hostId} className="b-link" href={routeHref({ page: 'host', hostId })}>
            {hostName}
          </a>
        ))}
        {hosts.length > names.length && <span className="b-subtle">and {hosts.length - names.length} more</span>}
      </p>
      <div
        className="run-output__text"
        tabIndex={0}
        role="group"
        aria-label={other ? 'Differences' : 'What was printed'}
      >
        {otherHost ? (
          <Differences
            before={{ name: first.hostName, text: output ? textOf(output) : '' }}
            after={{ name: otherHost.hostName, text: otherOutput ? textOf(otherOutput) : '' }}
          />
        ) : (
          <Printed host={first} output={output} />
        )}
      </div>
    </section>
  );
}

export function groupName(group: RunGroup): string {
  const [first] = group.hosts;
  return group.hosts.length === 1
    ? `${first?.hostName ?? ''}: ${runStateWords(group)}`
    : `${plural(group.hosts.length, 'host')}: ${runStateWords(group)}`;
}

function Printed({ host, output }: { readonly host: RunHost; readonly output: RunOutput | null }): ReactNode {
  if (!output) {
    const text = host.bytes > 0 ? '' : host.state === 'running' ? 'Nothing printed yet.' : 'Nothing was printed.';
    return <p className="b-subtle">{text}</p>;
  }
  const { stdout, stderr } = output;
  const isBoth = stdout.text !== '' && stderr.text !== '';
  return (
    <>
      {stdout.text !== '' && <pre>{drawn(keptText(stdout))}</pre>}
      {stderr.text !== '' && (
        <>
          {(isBoth || host.exitCode !== 0) && <h2 className="run-output__stream">Standard error</h2>}
          <pre>{drawn(keptText(stderr))}</pre>
        </>
      )}
      <p className="b-subtle b-small">{formatBytes(host.bytes)}</p>
    </>
  );
}

function Differences({ before, after }: { readonly before: Side; readonly after: Side }): ReactNode {
  const lines = useMemo(
    () =>
      unifiedDiff({ name: before.name, text: before.text }, { name: after.name, text: after.text })
        .split('\n')
        // A rule of = signs, as patches of files have it.
        .filter((line, index) => index > 0 || !/^=+$/.test(line))
        .slice(0, DIFF_LINES),
    [before.name, before.text, after.name, after.text],
  );
  if (lines.length <= 1) return <p className="b-subtle">What they printed is the same; they ended differently.</p>;
  return (
    <pre className="run-diff">
      {lines.map((line, index) => (
        <span key={index} className={lineClass(line)}>
          {showControls(line)}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

/** A text, and whose it is. */
interface Side {
  readonly name: string;
  readonly text: string;
}

function lineClass(line: string): string | undefined {
  if (line.startsWith('+++') || line.startsWith('---') || line.startsWith('@@')) return 'run-diff__head';
  if (line.startsWith('+')) return 'run-diff__more';
  return line.startsWith('-') ? 'run-diff__less' : undefined;
}

function textOf({ stdout, stderr }: RunOutput): string {
  const [out, err] = [keptText(stdout), keptText(stderr)];
  return err === '' ? out : `${out}${out === '' || out.endsWith('\n') ? '' : '\n'}${err}`;
}

function drawn(text: string): string {
  if (text.length <= DRAWN) return showControls(text);
  return `${showControls(text.slice(0, DRAWN))}\n[… ${(text.length - DRAWN).toLocaleString('en')} more characters are in the export …]`;
}

/** How long it took, from the quickest to the slowest. */
function timesOf(hosts: readonly RunHost[]): string {
  const spans = hosts.flatMap(({ startedAt, endedAt }) =>
    startedAt === null || endedAt === null ? [] : [endedAt - startedAt],
  );
  if (spans.length === 0) return '';
  const [least, most] = [Math.min(...spans), Math.max(...spans)];
  const short = (span: number) => (span < 10_000 ? `${(span / 1000).toFixed(1)} s` : formatDuration(span));
  return short(least) === short(most) ? short(least) : `${short(least)} to ${short(most)}`;
}
