import type { ChosenBy } from '../../shared/model/group.ts';
import type { PrivilegeChoice, TransportChoice } from '../../shared/model/host.ts';

/** Who can make a connection, each with what that means. */
export const transportOptions = [
  {
    value: 'auto',
    text: 'Automatic',
    about: 'Built in where that can do all that the ssh configuration asks, else OpenSSH.',
  },
  {
    value: 'built-in',
    text: 'Built in',
    about: 'Always. What it cannot do, such as a user certificate or a ProxyCommand, is refused with the reason.',
  },
  {
    value: 'openssh',
    text: 'OpenSSH',
    about: 'Always the ssh of this computer, with everything that its configuration says.',
  },
] as const satisfies readonly { readonly value: TransportChoice; readonly text: string; readonly about: string }[];

/** How root can be had. */
export const privilegeOptions = [
  { value: 'auto', text: 'sudo, else doas or run0' },
  { value: 'sudo', text: 'sudo only' },
  { value: 'doas', text: 'doas only' },
  { value: 'run0', text: 'run0 only' },
  { value: 'none', text: 'Nothing: read what needs no root' },
] as const satisfies readonly { readonly value: PrivilegeChoice; readonly text: string }[];

export function transportName(choice: TransportChoice): string {
  return transportOptions.find(({ value }) => value === choice)?.text ?? choice;
}

export function privilegeName(choice: PrivilegeChoice): string {
  return privilegeOptions.find(({ value }) => value === choice)?.text ?? choice;
}

/** Who said it, behind what was said. */
export function byWords(by: ChosenBy, group: string | null): string {
  switch (by) {
    case 'host':
      return 'set for this host';
    case 'group':
      return `from group ${group ?? ''}`;
    case 'default':
      return 'default';
  }
}
