/** Longest texts that the inventory takes, in characters. Long enough for people, short enough for a row. */
export const hostLimits = {
  name: 100,
  address: 255,
  user: 64,
  group: 60,
  tag: 40,
  tags: 20,
  note: 2000,
  keyFile: 1000,
} as const;
