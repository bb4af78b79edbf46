import type { RecordChoice } from '../../shared/model/host.ts';

/** Whether programs in a terminal may write the clipboard of this computer. */
export const clipboardOptions = [
  { value: 'no', text: 'No' },
  { value: 'yes', text: 'Yes' },
] as const;

/** What of each terminal is recorded without being asked. */
export const recordOptions = [
  { value: 'no', text: 'No' },
  { value: 'output', text: 'What is printed' },
  { value: 'input', text: 'Also what is typed, passwords included' },
] as const satisfies readonly { readonly value: RecordChoice; readonly text: string }[];

export function clipboardWord(isAllowed: boolean): string {
  return isAllowed ? 'Yes' : 'No';
}

export function recordWord(choice: RecordChoice): string {
  return recordOptions.find(({ value }) => value === choice)?.text ?? choice;
}
