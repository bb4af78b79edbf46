import type { AlgorithmRule } from '../ssh/ssh-route.ts';

const HOW: Readonly<Record<string, AlgorithmRule['how']>> = { '+': 'append', '^': 'prepend', '-': 'remove' };
/** More than every version of OpenSSH together has. */
const MAX_NAMES = 200;
/** A name (RFC 4251, 6) or a pattern of names. */
const NAME = /^[!-~]{1,64}$/;

/** A list of algorithms as ssh_config(5) writes it: names between commas, and before them a sign that changes the usual ones. */
export function parseAlgorithmRule(value: string): AlgorithmRule {
  const how = HOW[value.charAt(0)];
  const names = (how === undefined ? value : value.slice(1)).split(',', MAX_NAMES).map((name) => name.trim());
  return { how: how ?? 'only', names: names.filter((name) => NAME.test(name)) };
}
