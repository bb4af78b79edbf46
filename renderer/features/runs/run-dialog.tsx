import './runs.css';
import { useMemo, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { formatSpan, plural } from '../../../shared/logic/format.ts';
import { matches, parseFilter } from '../../../shared/logic/fleet-filter.ts';
import { productionGuard } from '../../../shared/logic/guard-rails.ts';
import { fillSnippet, readSnippet, valueFailure } from '../../../shared/logic/snippet.ts';
import { runLimits } from '../../../shared/model/run-limits.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { TypedNamesField, useTypedNames } from '../../parts/typed-names.tsx';
import { useNow } from '../../state/clock.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { navigate } from '../../state/route.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';
import { useSnippets } from './use-snippets.ts';

const NOBODY: readonly string[] = [];

/** What is run, where, as whom and how long at most; with the parameters of a snippet. Nothing is run before it is confirmed. */
export function RunDialog({
  hostIds: given,
  command: initial,
  asRoot: initialRoot,
  onClose,
}: {
  /** Empty: they are named in the dialog. */
  readonly hostIds: readonly string[];
  readonly command: string;
  readonly asRoot: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useSession();
  const { snippets } = useSnippets();
  const [text, setText] = useState(initial);
  const [snippetId, setSnippetId] = useState('');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [filter, setFilter] = useState('');
  const [asRoot, setAsRoot] = useState(initialRoot);
  const [atOnce, setAtOnce] = useState(String(runLimits.defaultAtOnce));
  const [seconds, setSeconds] = useState(String(runLimits.defaultSeconds));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const hosts = useChosenHosts(given, filter);
  const hostIds = useMemo(() => hosts.map(({ id }) => id), [hosts]);
  const names = useTypedNames(useProductionHosts(hosts));
  // Only of a snippet: a command that is typed here is taken as it stands, braces and all.
  const template = useMemo(() => (snippetId === '' ? null : readSnippet(text)), [snippetId, text]);
  const parameters = template?.ok ? template.value.parameters : NOBODY;
  const filled = template?.ok ? fillSnippet(template.value, values) : null;
  const command = template === null ? text : filled?.ok ? filled.value : null;
  const numbers = { atOnce: numberIn(atOnce, runLimits.atOnce), seconds: numberIn(seconds, runLimits.seconds) };
  const because =
    useGuarded() ??
    (hostIds.length === 0
      ? 'No hosts are chosen.'
      : hostIds.length > runLimits.hosts
        ? `A run takes ${plural(runLimits.hosts, 'host')} at most.`
        : text.trim() === ''
          ? 'A command is missing.'
          : command === null
            ? 'A parameter has no value that can be used.'
            : numbers.atOnce === null || numbers.seconds === null
              ? 'A number is not one that can be used.'
              : (names.missing ?? undefined));

  const start = async () => {
    if (because !== undefined || command === null || numbers.atOnce === null || numbers.seconds === null) return;
    setBusy(true);
    try {
      const { id } = await client.run.start({
        ...{ command, hostIds, asRoot, atOnce: numbers.atOnce, timeoutSeconds: numbers.seconds },
        typedNames: names.wanted.map(({ name }) => name).filter((name) => names.typed.has(name)),
      });
      onClose();
      navigate({ page: 'run', runId: id });
    } catch (error) {
      setProblem(failureText(failureOf(error)));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={`Run a command on ${hostIds.length === 1 ? (hosts[0]?.name ?? '') : plural(hostIds.length, 'host')}`}
      width={640}
      onClose={onClose}
      footer={
        <>
          <Button size="normal" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" size="normal" busy={busy} disabledBecause={because} onClick={() => void start()}>
            Run on {plural(hostIds.length, 'host')}
          </Button>
          <span className="b-grow" />
          <span className="b-subtle b-small">Esc cancels.</span>
        </>
      }
    >
      <div className="run-form">
        {given.length === 0 && (
          <TextField
            label="Hosts"
            mono
            value={filter}
            placeholder="web-* or group:edge tag:prod"
            hint={`A filter as in the fleet; ${plural(hostIds.length, 'host')} of it. Empty: none.`}
            onChange={setFilter}
          />
        )}
        {snippets.length > 0 && (
          <SelectField
            label="Snippet"
            value={snippetId}
            options={[{ value: '', text: 'none' }, ...snippets.map(({ id, name }) => ({ value: id, text: name }))]}
            hint={snippets.find(({ id }) => id === snippetId)?.about ?? undefined}
            onChange={(id) => {
              setSnippetId(id);
              setValues({});
              const chosen = snippets.find((each) => each.id === id);
              if (chosen) setText(chosen.command);
            }}
          />
        )}
        <TextField
          label="Command"
          mono
          autoFocus
          rows={3}
          value={text}
          maxLength={runLimits.command}
          error={template?.ok === false ? failureText(template.failure) : undefined}
          hint="For sh -c on each host, without input and without a terminal."
          onChange={setText}
        />
        {parameters.map((name) => {
          const value = values[name];
          const wrong = template?.ok && value !== undefined ? valueFailure(template.value, name, value) : null;
          return (
            <TextField
              key={name}
              label={`Parameter ${name}`}
              mono
              value={value ?? ''}
              error={wrong ? failureText(wrong) : undefined}
              onChange={(next) => setValues({ ...values, [name]: next })}
            />
          );
        })}
        {filled?.ok && parameters.length > 0 && (
          <pre className="run-form__filled" aria-label="What is run">
            {filled.value}
          </pre>
        )}
        <label className="run-form__root">
          <input type="checkbox" checked={asRoot} onChange={(event) => setAsRoot(event.target.checked)} />
          <span>As root, by the way Berth has root there (else as the login user)</span>
        </label>
        <div className="run-form__numbers">
          <TextField
            label="Hosts at once"
            inputMode="numeric"
            value={atOnce}
            error={numbers.atOnce === null ? `A number from 1 to ${String(runLimits.atOnce)}.` : undefined}
            onChange={setAtOnce}
          />
          <TextField
            label="Seconds each"
            inputMode="numeric"
            value={seconds}
            error={numbers.seconds === null ? `A number from 1 to ${String(runLimits.seconds)}.` : undefined}
            hint={numbers.seconds !== null && numbers.seconds >= 120 ? formatSpan(numbers.seconds * 1000) : undefined}
            onChange={setSeconds}
          />
        </div>
        <p className="run-form__note b-subtle">
          No operation and no pre-flight: it runs over the connection, is ended with it or with Berth, and what it
          changes is not predicted.
        </p>
        <TypedNamesField names={names} />
        {problem !== null && (
          <p className="b-field__error" role="alert">
            <Icon name="exclamation-circle" tone="danger" />
            <span>{problem}</span>
          </p>
        )}
      </div>
    </Dialog>
  );
}

interface ChosenHost {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

/** The hosts that were given, or those that pass a filter of the fleet. */
function useChosenHosts(given: readonly string[], text: string): readonly ChosenHost[] {
  const rows = useFleet((state) => state.rows);
  const now = useNow();
  return useMemo(() => {
    if (given.length > 0) return given.flatMap((id) => rows.get(id) ?? []);
    const filter = parseFilter(text);
    if (text.trim() === '' || filter.problems.length > 0) return [];
    return [...rows.values()].filter((row) => matches(row, filter, now));
  }, [given, rows, text, now]);
}

/** Those whose names have to be typed. */
function useProductionHosts(hosts: readonly ChosenHost[]): readonly { readonly name: string; readonly tag: string }[] {
  const { settings } = useSession();
  const guards = useStore(settings, (state) => state.settings);
  return useMemo(
    () =>
      hosts.flatMap((host) => {
        const guard = productionGuard(guards, { name: host.name, tags: [...host.tags] });
        return guard.kind === 'typed-name' ? [{ name: guard.name, tag: guard.tag }] : [];
      }),
    [guards, hosts],
  );
}

function numberIn(text: string, most: number): number | null {
  const number = /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0;
  return number >= 1 && number <= most ? number : null;
}
