declare const BERTH_VERSION: string | undefined;

/** From package.json, put in by the bundler; tests run without it. */
export const version: string = typeof BERTH_VERSION === 'string' ? BERTH_VERSION : '0.0.0-test';
