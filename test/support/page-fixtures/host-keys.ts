import type { HostKeyChange } from '../../../shared/model/host-key-change.ts';
import { NOW } from './hosts.ts';

/** A host key that was replaced a moment ago. */
export function keyChangeOf(hostId: string, newFingerprint = 'SHA256:new'): HostKeyChange {
  return {
    at: NOW,
    hostId,
    hostName: 'box',
    address: 'box.example',
    port: 22,
    keyType: 'ssh-ed25519',
    oldFingerprints: ['SHA256:old'],
    newFingerprint,
    added: true,
    files: ['/home/me/.local/share/berth/known_hosts'],
    backup: null,
    replacedBy: 'me@here',
  };
}
