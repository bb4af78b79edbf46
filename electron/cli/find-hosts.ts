import { BerthError } from '../../shared/errors/failure.ts';
import { hostInputFromAddress } from '../../shared/logic/host-input.ts';
import type { Host } from '../../shared/model/host.ts';
import { parseAddress } from '../../shared/parse/address.ts';
import type { Core } from '../core/create-core.ts';

/**
 * The host that a word on the command line means: a name of the inventory (its case does not count), else an address such as
 * `admin@box:2222` or `ssh://admin@box`, which is used without being kept. Throws BerthError `input.*`.
 * A bare word that is no name of the inventory is not taken for an address: it would rather be a slip of the pen.
 */
export function findHost(core: Core, word: string): Host {
  const hosts = core.inventory.list();
  const named =
    hosts.find(({ name }) => name === word) ?? hosts.find(({ name }) => name.toLowerCase() === word.toLowerCase());
  if (named) return named;
  if (!/[@:]/.test(word)) throw new BerthError('input.host-unknown', { value: word });
  const address = parseAddress(word);
  if (!address.ok) throw new BerthError(address.failure.code, address.failure.params);
  return core.inventory.addGuest(hostInputFromAddress(address.value, hosts));
}
