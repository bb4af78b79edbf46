import { labNeeds, missingPrerequisites } from '../../support/missing-prerequisites.ts';

/** What the lab needs of this machine and does not find, with the command that brings it; null when all is here. */
export function whyNotHere(): string | null {
  const missing = missingPrerequisites(labNeeds);
  return missing === null
    ? null
    : `The lab cannot work here: ${missing}. On Debian: bash test/support/install-debian.sh`;
}
