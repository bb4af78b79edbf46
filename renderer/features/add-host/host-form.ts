import { checkHostInput, hostInputFromAddress, type HostInputFailures } from '../../../shared/logic/host-input.ts';
import type { Host, HostInput, PrivilegeChoice, TransportChoice } from '../../../shared/model/host.ts';
import { formatAddress, parseAddress } from '../../../shared/parse/address.ts';

/** The fields of the form as texts, the way a person types them. */
export interface HostForm {
  readonly name: string;
  readonly address: string;
  readonly port: string;
  readonly user: string;
  readonly keyFile: string;
  readonly group: string;
  readonly tags: string;
  readonly note: string;
  /** `group`: as the group says, else the settings. */
  readonly transport: TransportChoice | 'group';
  readonly privilege: PrivilegeChoice | 'group';
}

/** The fields that are typed. */
export type HostField = Exclude<keyof HostForm, 'transport' | 'privilege'>;

export const emptyHostForm: HostForm = {
  name: '',
  address: '',
  port: '',
  user: '',
  keyFile: '',
  group: '',
  tags: '',
  note: '',
  transport: 'group',
  privilege: 'group',
};

export function formOf(host: Host): HostForm {
  return {
    name: host.name,
    address: host.address,
    port: host.port === null ? '' : String(host.port),
    user: host.user ?? '',
    keyFile: host.keyFile ?? '',
    group: host.group ?? '',
    tags: host.tags.join(' '),
    note: host.note,
    transport: host.transport ?? 'group',
    privilege: host.privilege ?? 'group',
  };
}

/** Someone who writes `admin@box:2222` into the address means three fields; a plain address stays as it is. */
export function spreadAddress(form: HostForm): HostForm {
  const parsed = parseAddress(form.address);
  if (!parsed.ok) return form;
  const { user, address, port } = parsed.value;
  const plain = formatAddress({ user: null, address, port: null });
  if (form.address.trim() === address || form.address.trim() === plain) return { ...form, address };
  return { ...form, address, user: user ?? form.user, port: port === null ? form.port : String(port) };
}

/**
 * What the form says, and what is wrong with it; `before`: the host that is changed, for what the form has no field for. A name
 * that was left empty is made from the address.
 */
export function readHostForm(
  form: HostForm,
  before: Pick<Host, 'source' | 'clipboard' | 'record'> | null,
  others: readonly { readonly name: string }[],
): { readonly input: HostInput; readonly failures: HostInputFailures } {
  const address = form.address.trim();
  const port = readPort(form.port.trim());
  const user = orNull(form.user);
  const input: HostInput = {
    name: form.name.trim(),
    address,
    port,
    user,
    keyFile: orNull(form.keyFile),
    group: orNull(form.group),
    tags: [...new Set(form.tags.split(/[\s,]+/).filter((tag) => tag !== ''))],
    note: form.note,
    ...(form.transport !== 'group' && { transport: form.transport }),
    ...(form.privilege !== 'group' && { privilege: form.privilege }),
    ...(before?.clipboard !== undefined && { clipboard: before.clipboard }),
    ...(before?.record !== undefined && { record: before.record }),
    source: before?.source ?? null,
  };
  const parsed = parseAddress(address);
  const named =
    input.name === '' && parsed.ok
      ? { ...input, name: hostInputFromAddress({ user, address, port: Number.isNaN(port) ? null : port }, others).name }
      : input;
  const failures = checkHostInput(named, others) ?? {};
  if (!parsed.ok) {
    failures.address = parsed.failure;
    // Without an address there is nothing to name: one error is enough.
    if (input.name === '') delete failures.name;
  }
  return { input: named, failures };
}

/** Null when empty, NaN when it is no number. */
function readPort(text: string): number | null {
  if (text === '') return null;
  return /^\d{1,5}$/.test(text) ? Number(text) : NaN;
}

function orNull(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === '' ? null : trimmed;
}
