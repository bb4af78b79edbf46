import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import { verbTitle, verbWords } from '../../../shared/logic/verb-words.ts';
import { verbLimits, type VerbRequest } from '../../../shared/model/verb.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import type { FormVerb } from '../../state/dialogs-store.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import './verb-form.css';
import { readKernelArguments, readReboot, readSwitch } from './verb-form.ts';

interface FormProps {
  readonly hostIds: readonly string[];
  readonly onClose: () => void;
}

/** What a verb wants to be told before there can be a plan. Nothing is done here: the plan comes next. */
export function VerbFormDialog({ verb, ...props }: FormProps & { readonly verb: FormVerb }): ReactNode {
  const Form = forms[verb];
  return <Form {...props} />;
}

/** The dialog around the fields. `request` null: something is wrong, and is told at the fields once somebody wanted to go on. */
function FormDialog({
  verb,
  request,
  hostIds,
  onClose,
  children,
}: FormProps & {
  readonly verb: FormVerb;
  readonly request: VerbRequest | null;
  readonly children: (submitted: boolean) => ReactNode;
}): ReactNode {
  const { dialogs } = useSession();
  const firstName = useFleet(({ rows }) => rows.get(hostIds[0] ?? '')?.name) ?? 'the host';
  const [submitted, setSubmitted] = useState(false);
  const id = useId();

  function submit(): void {
    setSubmitted(true);
    if (request) dialogs.show({ kind: 'plan', request, hostIds });
    else document.getElementById(id)?.querySelector<HTMLElement>('input, textarea')?.focus();
  }

  return (
    <Dialog
      title={
        hostIds.length === 1 ? verbTitle(verb, firstName) : `${verbWords(verb).name}, ${plural(hostIds.length, 'host')}`
      }
      width={600}
      onClose={onClose}
      footer={
        <>
          <Button variant="primary" onClick={submit}>
            Make the plan
          </Button>
          <Button variant="link" onClick={onClose}>
            Cancel
          </Button>
          <span className="b-grow" />
          <span className="b-subtle b-small">Nothing is done before the plan is confirmed.</span>
        </>
      }
    >
      <form
        id={id}
        className="verb-form"
        noValidate
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          submit();
        }}
      >
        {children(submitted)}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

type Transport = 'registry' | 'containers-storage' | 'oci' | 'oci-archive' | 'docker-archive' | 'dir';

const transports: readonly { readonly value: Transport; readonly text: string }[] = [
  { value: 'registry', text: 'registry' },
  { value: 'containers-storage', text: 'containers-storage (podman’s, on the host)' },
  { value: 'oci', text: 'oci (a folder on the host)' },
  { value: 'oci-archive', text: 'oci-archive (a file on the host)' },
  { value: 'docker-archive', text: 'docker-archive (a file on the host)' },
  { value: 'dir', text: 'dir (a folder on the host)' },
];

function SwitchDialog(props: FormProps): ReactNode {
  // The image that all of them run is the one to begin with: most switches go to another tag of it.
  const image = useFleet(({ rows }) => {
    const [only = '', ...others] = new Set(props.hostIds.map((id) => rows.get(id)?.booted?.image ?? ''));
    return others.length === 0 ? only : '';
  });
  const [form, setForm] = useState({
    image,
    transport: 'registry' as Transport,
    retain: false,
    enforcePolicy: false,
  });
  const { request, errors } = readSwitch(form);
  return (
    <FormDialog {...props} verb="switch" request={request}>
      {(submitted) => (
        <>
          <TextField
            label="Image"
            name="image"
            mono
            autoFocus
            value={form.image}
            error={submitted ? errors?.image : undefined}
            hint="With its tag or digest. A digest is for good: an upgrade of it never finds anything newer."
            maxLength={1000}
            onChange={(value) => setForm({ ...form, image: value })}
          />
          <SelectField
            label="Transport"
            value={form.transport}
            options={transports}
            onChange={(transport) => setForm({ ...form, transport })}
          />
          <Check
            checked={form.enforcePolicy}
            about="Refused unless the host’s policy.json demands a signature and the image has it."
            onChange={(enforcePolicy) => setForm({ ...form, enforcePolicy })}
          >
            Insist on the host’s signature policy
          </Check>
          <Check
            checked={form.retain}
            about="Matters only where a host leaves an ostree remote; images go by themselves."
            onChange={(retain) => setForm({ ...form, retain })}
          >
            Keep the ostree reference that is left
          </Check>
        </>
      )}
    </FormDialog>
  );
}

function KernelArgumentsDialog(props: FormProps): ReactNode {
  const [form, setForm] = useState({ append: '', remove: '' });
  const { request, errors } = readKernelArguments(form);
  return (
    <FormDialog {...props} verb="kernel-arguments" request={request}>
      {(submitted) => (
        <>
          <TextField
            label="Add, one a line"
            name="append"
            mono
            rows={4}
            autoFocus
            value={form.append}
            error={submitted ? errors?.append : undefined}
            hint="key or key=value, as on the kernel’s command line."
            onChange={(append) => setForm({ ...form, append })}
          />
          <TextField
            label="Remove, one a line"
            name="remove"
            mono
            rows={3}
            value={form.remove}
            error={submitted ? errors?.remove : undefined}
            hint="Exactly as it is there. What the image itself brings cannot be removed for good; bootc without rpm-ostree removes only what Berth added."
            onChange={(remove) => setForm({ ...form, remove })}
          />
        </>
      )}
    </FormDialog>
  );
}

function RebootDialog(props: FormProps): ReactNode {
  const [form, setForm] = useState({ delayMinutes: '0', message: '' });
  const { request, errors } = readReboot(form);
  return (
    <FormDialog {...props} verb="reboot" request={request}>
      {(submitted) => (
        <>
          <TextField
            label="In how many minutes"
            name="delayMinutes"
            inputMode="numeric"
            autoFocus
            maxLength={4}
            value={form.delayMinutes}
            error={submitted ? errors?.delayMinutes : undefined}
            hint="0: at once. Until then the reboot can be stopped."
            onChange={(delayMinutes) => setForm({ ...form, delayMinutes })}
          />
          <TextField
            label="Message to who is logged in"
            name="message"
            maxLength={verbLimits.message}
            value={form.message}
            hint="Shown on their terminals by wall."
            onChange={(message) => setForm({ ...form, message })}
          />
        </>
      )}
    </FormDialog>
  );
}

const forms: Readonly<Record<FormVerb, (props: FormProps) => ReactNode>> = {
  switch: SwitchDialog,
  'kernel-arguments': KernelArgumentsDialog,
  reboot: RebootDialog,
};

function Check({
  checked,
  about,
  onChange,
  children,
}: {
  readonly checked: boolean;
  readonly about: string;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <label className="verb-form__check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>
        {children}
        <small>{about}</small>
      </span>
    </label>
  );
}
