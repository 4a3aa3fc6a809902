export const bench = (): Promise<number> => Promise.resolve(0);
