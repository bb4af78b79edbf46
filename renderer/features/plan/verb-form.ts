import { VerbRequest, verbLimits } from '../../../shared/model/verb.ts';

/** What is typed into the form of a switch. */
export interface SwitchForm {
  readonly image: string;
  readonly transport: string;
  readonly retain: boolean;
  readonly enforcePolicy: boolean;
}

/** Kernel arguments, one a line each. */
export interface KernelArgumentsForm {
  readonly append: string;
  readonly remove: string;
}

export interface RebootForm {
  readonly delayMinutes: string;
  readonly message: string;
}

/** A form that was read: the request, or what is wrong, by field. */
export type ReadForm<Field extends string> =
  | { readonly request: VerbRequest; readonly errors: null }
  | { readonly request: null; readonly errors: Readonly<Partial<Record<Field, string>>> };

/** Whether the host can use the image is found out by its plan; here only what can never be one. */
export function readSwitch({ image, transport, retain, enforcePolicy }: SwitchForm): ReadForm<'image'> {
  const reference = image.trim();
  if (reference === '') return wrong({ image: 'Which image? For example quay.io/acme/web:2.' });
  if (/\s/.test(reference)) return wrong({ image: 'An image reference has no blanks.' });
  const signature = enforcePolicy ? 'containerPolicy' : null;
  return right({ verb: 'switch', image: { image: reference, transport, signature }, retain, enforcePolicy });
}

export function readKernelArguments(form: KernelArgumentsForm): ReadForm<'append' | 'remove'> {
  const append = linesOf(form.append);
  const remove = linesOf(form.remove);
  if (append.length + remove.length === 0) return wrong({ append: 'Nothing would change.' });
  const request = { verb: 'kernel-arguments' as const, append, remove };
  const errors: Partial<Record<'append' | 'remove', string>> = {};
  for (const field of ['append', 'remove'] as const) {
    if (request[field].length > verbLimits.kernelArguments) {
      errors[field] = `At most ${String(verbLimits.kernelArguments)} at a time.`;
    }
    const bad = request[field].find((argument) => !isArgument(argument));
    if (bad !== undefined) errors[field] = `“${bad}” is no kernel argument: key or key=value, no blanks but in quotes.`;
    const twice = request[field].find((argument, index) => request[field].indexOf(argument) !== index);
    if (twice !== undefined) errors[field] ??= `“${twice}” is there twice.`;
  }
  const both = append.find((argument) => remove.includes(argument));
  if (both !== undefined) errors.remove ??= `“${both}” is to be added as well.`;
  return Object.keys(errors).length > 0 ? wrong(errors) : right(request);
}

export function readReboot({ delayMinutes, message }: RebootForm): ReadForm<'delayMinutes'> {
  const delay = Number(delayMinutes.trim() === '' ? '0' : delayMinutes);
  if (!Number.isInteger(delay) || delay < 0 || delay > verbLimits.delayMinutes) {
    return wrong({ delayMinutes: `Whole minutes, 0 to ${String(verbLimits.delayMinutes)} (a day).` });
  }
  return right({ verb: 'reboot', delayMinutes: delay, message: message.trim() });
}

function isArgument(argument: string): boolean {
  return VerbRequest.safeParse({ verb: 'kernel-arguments', append: [argument], remove: [] }).success;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function right(request: VerbRequest): { readonly request: VerbRequest; readonly errors: null } {
  return { request, errors: null };
}

function wrong<Field extends string>(errors: Readonly<Partial<Record<Field, string>>>): ReadForm<Field> {
  return { request: null, errors };
}
