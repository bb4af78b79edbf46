import { labNeeds, missingPrerequisites } from '../../support/missing-prerequisites.ts';

/** Why the lab cannot work on this machine, with the command that would enable it; null where it can. */
export function whyNotHere(): string | null {
  if (process.platform !== 'linux') return 'The lab needs Linux: its hosts are made of namespaces.';
  if (process.getuid?.() !== 0) return 'The lab needs root: it mounts, and makes networks. Try: sudo npm run lab -- …';
  const missing = missingPrerequisites(labNeeds);
  return missing === null ? null : `The lab needs programs: ${missing}. On Debian: bash test/support/install-debian.sh`;
}
