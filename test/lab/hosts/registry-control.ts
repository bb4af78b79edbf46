import { join } from 'node:path';
import { readRegistryState, type RegistryState, writeRegistryState } from '../registry/state.ts';
import { registryPort, type HostPlace } from './host-place.ts';
import type { RegistryControl } from './model.ts';

/** The file of a host with the switches of its registry. */
export function registryStateFile(place: Pick<HostPlace, 'folder'>): string {
  return join(place.folder, 'registry.json');
}

/** The switches of the registry of one host. They may be turned by any process. */
export function createRegistryControl(place: Pick<HostPlace, 'folder'>): RegistryControl {
  const file = registryStateFile(place);
  const change = async (turn: (state: RegistryState) => RegistryState) =>
    writeRegistryState(file, turn(await readRegistryState(file)));
  return {
    address: `registry.lab:${registryPort}`,
    tag: (tag, image) => change((state) => ({ ...state, tags: { ...state.tags, [tag]: image } })),
    fault: (fault, pace = {}) => change(({ tags, credentials }) => ({ tags, credentials, fault, ...pace })),
    credentials: (credentials) => change((state) => ({ ...state, credentials })),
  };
}
