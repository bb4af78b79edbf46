import './host-dialog.css';
import { useEffect, useId, useMemo, useState, type SubmitEvent, type ReactNode } from 'react';
import { groups } from '../../../shared/logic/fleet-figures.ts';
import type { HostInputFailures } from '../../../shared/logic/host-input.ts';
import type { Host } from '../../../shared/model/host.ts';
import { hostLimits } from '../../../shared/model/host-limits.ts';
import { SSH_PORT } from '../../../shared/parse/address.ts';
import { Button } from '../../components/button.tsx';
import { Choices } from '../../components/choices.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/small.tsx';
import { privilegeOptions, transportOptions } from '../../parts/connect-options.ts';
import { sourceText } from '../../parts/source-text.ts';
import { failureOf, failureText, fieldFailuresOf } from '../../state/failure-of.ts';
import { navigate } from '../../state/route.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import { useInherited } from './use-inherited.ts';
import { emptyHostForm, formOf, readHostForm, spreadAddress, type HostField, type HostForm } from './host-form.ts';

/** Adds a host (`hostId` null, `address` to begin with) or edits one. */
export function HostDialog({
  hostId,
  address,
  onClose,
}: {
  readonly hostId: string | null;
  readonly address: string;
  readonly onClose: () => void;
}): ReactNode {
  const { client, toasts } = useSession();
  const [host, setHost] = useState<Host | null>(null);

  useEffect(() => {
    if (hostId === null) return undefined;
    const stopped = new AbortController();
    const load = async () => {
      try {
        const details = await client.host.watch({ id: hostId }, { signal: stopped.signal });
        const first = await details.next();
        if (!first.done) setHost(first.value.host);
        await details.return(undefined);
      } catch (error) {
        if (stopped.signal.aborted) return;
        toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
        onClose();
      }
    };
    void load();
    return () => stopped.abort();
  }, [client, hostId, onClose, toasts]);

  // A host that is edited is known within a frame or two: nothing is shown before.
  if (hostId !== null && host === null) return null;
  const initial = host ? formOf(host) : spreadAddress({ ...emptyHostForm, address });
  return <HostFormDialog host={host} initial={initial} onClose={onClose} />;
}

function HostFormDialog({
  host,
  initial,
  onClose,
}: {
  /** The one to be changed; null for a new one. */
  readonly host: Host | null;
  readonly initial: HostForm;
  readonly onClose: () => void;
}): ReactNode {
  const { client, info, actions } = useSession();
  const rows = useFleet((state) => state.rows);
  const hostId = host?.id ?? null;
  const others = useMemo(() => [...rows.values()].filter(({ id }) => id !== hostId), [rows, hostId]);
  const [form, setForm] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<HostField>>(new Set());
  const [submitted, setSubmitted] = useState(false);
  const [refused, setRefused] = useState<{ readonly form: HostForm; readonly fields: HostInputFailures } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const { input, failures } = readHostForm(form, host, others);
  const inherited = useInherited(input.group);

  function errorOf(field: HostField): string | undefined {
    const failure = (refused?.form === form ? refused.fields[field] : undefined) ?? failures[field];
    return failure && (submitted || touched.has(field)) ? failureText(failure) : undefined;
  }

  async function save(connect: boolean): Promise<void> {
    setSubmitted(true);
    setProblem(null);
    const [firstWrong] = Object.keys(failures);
    if (firstWrong !== undefined) {
      document.getElementById(`${id}-form`)?.querySelector<HTMLElement>(`[name="${firstWrong}"]`)?.focus();
      return;
    }
    setBusy(true);
    try {
      const saved = await (hostId === null
        ? client.host.add({ host: input })
        : client.host.update({ id: hostId, host: input }));
      onClose();
      if (!connect) return;
      navigate({ page: 'host', hostId: saved.id });
      await actions.refresh([saved.id]);
    } catch (error) {
      setBusy(false);
      const fields = fieldFailuresOf(error);
      if (fields) setRefused({ form, fields });
      else setProblem(failureText(failureOf(error)));
    }
  }

  /** Passing through a field is no statement about it. */
  function touch(name: HostField): void {
    if (form[name] !== initial[name]) setTouched(new Set([...touched, name]));
  }

  const field = (name: HostField) => ({
    name,
    value: form[name],
    error: errorOf(name),
    onChange: (value: string) => setForm({ ...form, [name]: value }),
    onBlur: () => touch(name),
  });

  return (
    <Dialog
      title={hostId === null ? 'Add a host' : `Edit ${initial.name}`}
      width={600}
      onClose={onClose}
      footer={
        <>
          {hostId === null ? (
            <>
              <Button variant="primary" busy={busy} onClick={() => void save(true)}>
                Add and connect
              </Button>
              <Button onClick={() => void save(false)}>Add only</Button>
            </>
          ) : (
            <Button variant="primary" busy={busy} onClick={() => void save(false)}>
              Save
            </Button>
          )}
          <Button variant="link" onClick={onClose}>
            Cancel
          </Button>
        </>
      }
    >
      <form
        id={`${id}-form`}
        className="host-form"
        noValidate
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          void save(hostId === null);
        }}
      >
        {problem !== null && (
          <p className="b-field__error host-form__wide" role="alert">
            <Icon name="exclamation-circle" tone="danger" />
            <span>{problem}</span>
          </p>
        )}
        <TextField
          {...field('address')}
          label="Address"
          mono
          autoFocus
          maxLength={hostLimits.address}
          hint="As after ssh: a name or an IP address; admin@box:2222 fills the other fields too. What stays empty, the ssh configuration decides."
          onBlur={() => {
            setForm(spreadAddress(form));
            touch('address');
          }}
        />
        <TextField
          {...field('port')}
          label="Port"
          title="Empty: as the ssh configuration says, else 22"
          placeholder={String(SSH_PORT)}
          inputMode="numeric"
          maxLength={5}
        />
        <TextField {...field('user')} label="User" mono placeholder={info.user} maxLength={hostLimits.user} />
        <TextField
          {...field('name')}
          label="Name in the fleet"
          placeholder={form.name === '' ? input.name : ''}
          maxLength={hostLimits.name}
        />
        <TextField
          {...field('keyFile')}
          label="Key file"
          mono
          placeholder="agent, ~/.ssh/id_*"
          maxLength={hostLimits.keyFile}
        />
        <TextField {...field('group')} label="Group" list={`${id}-groups`} maxLength={hostLimits.group} />
        <TextField {...field('tags')} label="Tags" hint="Separated by spaces" />
        <SelectField
          label="Root through"
          value={form.privilege}
          options={[{ value: 'group', text: inherited.privilege }, ...privilegeOptions]}
          onChange={(privilege) => setForm({ ...form, privilege })}
        />
        <div className="host-form__wide">
          <TextField {...field('note')} label="Note" rows={2} maxLength={hostLimits.note} />
        </div>
        <div className="host-form__wide">
          <Choices
            legend="Connection made by"
            value={form.transport}
            options={[{ value: 'group', text: inherited.transport }, ...transportOptions]}
            onChange={(transport) => setForm({ ...form, transport })}
          />
        </div>
        {host?.source && (
          <p className="host-form__wide b-subtle b-small host-form__source">
            Imported from <Mono>{sourceText(host.source)}</Mono>
          </p>
        )}
        <datalist id={`${id}-groups`}>
          {groups(rows.values()).map(({ label, term }) => (
            <option key={term} value={label} />
          ))}
        </datalist>
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
