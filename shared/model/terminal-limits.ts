/** The sizes that terminals have, in character cells. */
export const sizeLimits = { columns: { least: 2, most: 1000 }, rows: { least: 1, most: 500 } } as const;
